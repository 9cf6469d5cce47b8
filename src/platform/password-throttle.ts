import type { Config } from '../config.ts';
import type { Counter, Counters } from './counters/index.ts';
import { networkOf } from './networks.ts';

/** So many failures in so many milliseconds. */
interface ThrottleLimit {
  max: number;
  window: number;
}

/** Wrong passwords for one account from one address (OWASP authentication cheat sheet, "Login throttling"). */
export const WRONG_PASSWORDS: ThrottleLimit = { max: 10, window: 15 * 60_000 };

const inWords = ({ max, window }: ThrottleLimit) =>
  `${max} wrong passwords for an account from one address within ${window / 60_000} minutes`;

/** What the description of an operation says about it. */
export const ABOUT_WRONG_PASSWORDS = `After ${inWords(WRONG_PASSWORDS)} the answer is 429, without a look at the password; \`Retry-After\` says when to try again. Other addresses are not held back.`;

/** What attempts are counted by. */
export interface PasswordAttempt {
  /** Anything that names the account, whether or not there is one. */
  account: string;
  ip: string;
}

/** There were too many wrong passwords. */
export class PasswordThrottledError extends Error {
  /** When the window ends, in milliseconds from now. */
  readonly left: number;

  constructor(left: number) {
    super(`There were ${inWords(WRONG_PASSWORDS)}`);
    this.name = 'PasswordThrottledError';
    this.left = left;
  }
}

/**
 * Limits wrong passwords. Accounts are not locked: the owner can still sign in from another network. While the counters
 * cannot be reached nobody can sign in.
 */
export class PasswordThrottle {
  readonly #counter: Counter | undefined;

  /** Without effect where rate limits are off. */
  constructor({ config, counters }: { config: Pick<Config, 'RATE_LIMIT'>; counters: Counters }) {
    if (config.RATE_LIMIT === 'on') this.#counter = counters.named('throttles:passwords');
  }

  /**
   * Runs an attempt, unless there were too many wrong passwords. It is counted before it runs, and uncounted unless the
   * password was wrong, so that concurrent attempts do not exceed the limit.
   *
   * @param attempt fails with `wrong` where the password is
   * @throws {PasswordThrottledError}
   * @throws {CountersLostError}
   */
  async attempt<T>(
    { account, ip }: PasswordAttempt,
    wrong: abstract new (...args: never[]) => Error,
    attempt: () => Promise<T>,
  ): Promise<T> {
    const counter = this.#counter;
    if (!counter) return attempt();
    const { max, window } = WRONG_PASSWORDS;
    const key = `${networkOf(ip)} ${account}`;
    // Where uncounting fails the attempt counts until the window ends; a right password is accepted all the same.
    const takeBack = () => counter.add(key, window, -1).catch(() => undefined);
    const { count, left } = await counter.add(key, window);
    if (count > max) {
      await takeBack();
      throw new PasswordThrottledError(left);
    }
    let isWrong = false;
    try {
      return await attempt();
    } catch (error) {
      isWrong = error instanceof wrong;
      throw error;
    } finally {
      if (!isWrong) await takeBack();
    }
  }
}
