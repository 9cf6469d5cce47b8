import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Randomness is fetched for 256 ids at once: a call to the system for each costs more than the rest of an id. */
const randomness = new Uint8Array(256 * 16);
let used = randomness.length;

function random(): Uint8Array {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  used += 16;
  return randomness.subarray(used - 16, used);
}

let moment = 0;
let sequence = 0;

/**
 * A new id: UUID version 7 (RFC 9562), so that ids sort by the time they were made; those of one process and millisecond
 * in the order they were made, by a counter that begins at a random number (section 6.2, method 1).
 */
export function newId(): string {
  const bytes = random();
  const now = Date.now();
  if (now > moment) {
    moment = now;
    sequence = new DataView(bytes.buffer, bytes.byteOffset).getUint32(6) >>> 1;
  } else sequence++;
  return v7({ random: bytes, msecs: moment, seq: sequence });
}

/** A UUID of any version, in lower case, as PostgreSQL writes it. */
export const ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const ID = new RegExp(ID_PATTERN);

/** Whether it is one, and a text: a pattern alone takes a list of one id for it. */
export const isId = (value: unknown): boolean => typeof value === 'string' && ID.test(value);
