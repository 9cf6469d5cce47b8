import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../../platform/keys.ts';
import { InvalidCursor } from '../contract/problems.ts';

/** Encodes and decodes cursors, which are signed and bound to one list. */
export class Cursors {
  readonly #secrets: Secrets;
  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  #sign(payload: string, list: string, secret: Buffer): string {
    const signature = createHmac('sha256', secret).update(`${list}\n${payload}`).digest();
    return signature.subarray(0, 16).toString('base64url');
  }

  encode(key: readonly (string | number)[], list: string): string {
    const payload = Buffer.from(JSON.stringify(key)).toString('base64url');
    return `${payload}.${this.#sign(payload, list, this.#secrets.current)}`;
  }

  /** @throws {InvalidCursor} for one that was not issued here, or was issued for another list */
  decode(cursor: string, list: string): readonly (string | number)[] {
    const [payload = '', signature = '', ...rest] = cursor.split('.');
    // Compared as text: the same bytes can be written in base64url in several ways.
    const given = Buffer.from(signature);
    const isRight = this.#secrets.all.some((secret) => {
      const right = Buffer.from(this.#sign(payload, list, secret));
      return given.length === right.length && timingSafeEqual(given, right);
    });
    if (rest.length > 0 || !isRight) throw new InvalidCursor();
    const key = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (!isSortKey(key)) throw new InvalidCursor();
    return key;
  }
}

const isSortKey = (key: unknown): key is (string | number)[] =>
  Array.isArray(key) && key.every((part) => typeof part === 'string' || typeof part === 'number');
