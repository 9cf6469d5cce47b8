import type { Config } from '../config.ts';
import { type Counter, type Counters, CountersLostError } from '../platform/counters/index.ts';
import { type ProblemClass, tooManyRequests } from './problems.ts';
import { networkOf } from './requests.ts';

const HOUR = 3_600_000;

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

/** Who tries: which account, by any name of it, and from which address. */
export interface Trier {
  account: string;
  ip: string;
}

/**
 * Holds back who keeps guessing passwords. Nothing is locked: the owner still gets in from another address. While the
 * store of the counters is away nobody gets in.
 */
export class PasswordThrottle {
  readonly #counter: Counter | undefined;

  /** Holds back nobody where the limits are off. */
  constructor({ config, counters }: { config: Pick<Config, 'RATE_LIMIT'>; counters: Counters }) {
    if (config.RATE_LIMIT === 'on') this.#counter = counters.named('throttles:passwords');
  }

  /**
   * Looks at a password, unless there were too many wrong ones. An attempt counts before it is made and is taken back
   * unless the password was wrong, so that many at once get no further than one after the other.
   *
   * @param attempt fails with `wrong` where the password is
   * @throws {TooManyRequests}
   * @throws {CountersLostError}
   */
  async attempt<T>({ account, ip }: Trier, wrong: ProblemClass, attempt: () => Promise<T>): Promise<T> {
    const counter = this.#counter;
    if (!counter) return attempt();
    const { max, window } = WRONG_PASSWORDS;
    const key = `${networkOf(ip)} ${account}`;
    // One that cannot be taken back counts until the window ends, which is better than to refuse what was right.
    const takeBack = () => counter.add(key, window, -1).catch(() => undefined);
    const { count, left } = await counter.add(key, window);
    if (count > max) {
      await takeBack();
      throw tooManyRequests(`There were ${inWords(WRONG_PASSWORDS)}`, left);
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

/** Holds back mails to an address that it has had enough of. */
export class MailThrottle {
  readonly #counter: Counter;
  readonly #max: number;

  /**
   * @param kind of mails, which are counted together
   * @param max so many go to an address in an hour
   */
  constructor(counters: Counters, kind: string, max: number) {
    this.#counter = counters.named(`throttles:mails:${kind}`);
    this.#max = max;
  }

  /** Counts a mail, and says whether it may go. While the store of the counters is away every one does. */
  async allows(address: string): Promise<boolean> {
    try {
      return (await this.#counter.add(address, HOUR)).count <= this.#max;
    } catch (error) {
      if (error instanceof CountersLostError) return true;
      throw error;
    }
  }
}
