import { availableParallelism } from 'node:os';
import type { Options } from '@node-rs/argon2';
import { memoised } from './memoised.ts';

/**
 * Passwords as Argon2id hashes (OWASP password storage cheat sheet: m = 19 MiB, t = 2, p = 1). As many are computed at
 * once as there are cores: each takes 19 MiB and tens of milliseconds, so a burst would otherwise take gigabytes.
 */
// Argon2id is the library's default.
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$';
const MAX_WAITING = 200;

/** There is more to hash than can be done in time. */
export class HashingOverloadedError extends Error {
  constructor() {
    super('too many passwords are being checked at once');
    this.name = 'HashingOverloadedError';
  }
}

let free = availableParallelism();
const waiting: (() => void)[] = [];

async function withSlot<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free--;
  else {
    if (waiting.length >= MAX_WAITING) throw new HashingOverloadedError();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

/** The native library, loaded for the first password. */
const argon2 = memoised(() => import('@node-rs/argon2'));

export async function hashPassword(password: string): Promise<string> {
  const { hash } = await argon2();
  return withSlot(() => hash(password, PARAMETERS));
}

/** The hash of a password that nobody knows, made with today's parameters. */
const NOBODYS = `${PREFIX}w2jIaRVgiQekVFGFxNoIew$zhvr1+AnA+vzG/Wc+9pOWB/H1ww9MYQT/r+Z7xdD7cg`;

/**
 * Whether the password is the one that was hashed. Without a hash (an unknown account, or one that cannot log in) it
 * takes as long and is never right.
 */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const { verify } = await argon2();
  const right = await withSlot(() => verify(stored ?? NOBODYS, password));
  return right && stored !== null && stored !== undefined;
}

/** Whether a hash was made with weaker parameters than those of today. */
export const needsRehash = (stored: string): boolean => !stored.startsWith(PREFIX);
