import { availableParallelism } from 'node:os';
import type { Options } from '@node-rs/argon2';
import { memoised } from './memoised.ts';
import { Slots } from './slots.ts';

/** Passwords as Argon2id hashes (OWASP password storage cheat sheet: m = 19 MiB, t = 2, p = 1). */
// Argon2id is the library's default.
const PARAMETERS: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const PREFIX = '$argon2id$v=19$m=19456,t=2,p=1$';

/**
 * How many hashes a process computes at once: each takes a core for tens of milliseconds, and 19 MiB. One core is left for
 * the event loops, and one of the four threads that Node has for such work is left for files and name resolution.
 */
const hashesAtOnce = (processes: number): number =>
  Math.max(1, Math.min(3, Math.floor((availableParallelism() - 1) / processes)));

/** What is hashed at once in this process, and waits. */
export const hashing = new Slots({
  running: hashesAtOnce(1),
  waiting: 200,
  full: 'Too many passwords are to be checked at this moment',
});

/** Shares the cores with other processes of the service. */
export const shareHashing = (processes: number): void => hashing.resize({ running: hashesAtOnce(processes) });

/** The native library, loaded for the first password. */
const argon2 = memoised(() => import('@node-rs/argon2'));

/** @throws {SlotsFullError} @throws {CallerGoneError} */
export async function hashPassword(password: string): Promise<string> {
  const { hash } = await argon2();
  return hashing.run(() => hash(password, PARAMETERS));
}

/** The hash of a password that nobody knows, made with today's parameters. */
const NOBODYS = `${PREFIX}w2jIaRVgiQekVFGFxNoIew$zhvr1+AnA+vzG/Wc+9pOWB/H1ww9MYQT/r+Z7xdD7cg`;

/**
 * Whether the password is the one that was hashed. Without a hash (an unknown account, or one that cannot log in) it
 * takes as long and is never right.
 *
 * @throws {SlotsFullError}
 * @throws {CallerGoneError}
 */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  const { verify } = await argon2();
  const right = await hashing.run(() => verify(stored ?? NOBODYS, password));
  return right && stored !== null && stored !== undefined;
}

/** Whether a hash was made with weaker parameters than those of today. */
export const needsRehash = (stored: string): boolean => !stored.startsWith(PREFIX);
