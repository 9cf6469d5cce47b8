import { type Counter, type Counters, CountersLostError } from '../counters/index.ts';

const HOUR = 3_600_000;

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
