import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../log.ts';
import { type Memoised, memoised } from '../memoised.ts';
import { propertiesOf } from '../unknown.ts';
import type { Mail, Mailer, MailMessage, Transport } from './mailer.ts';

/** Seconds after which a mail is tried again: three minutes in all, since what a mail offers may end after ten. */
const RETRY_AFTER = [1, 5, 30, 150];
/** More than these are not kept in memory. */
const MAX_WAITING = 1_000;
/**
 * A mail is begun so many milliseconds after it was handed over, and up to as many more by chance: the answer to the
 * request has gone by then, and when the work begins tells its caller nothing.
 */
const BEGIN_AFTER = 25;
/** How long the end of the process waits for mails, in milliseconds. */
const DRAIN = 5_000;

/** What may be logged of a failure. A server's answer can quote the mail, links included: only its codes are kept. */
export function reasonOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, command, response } = propertiesOf(error);
  const codes = /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(String(response ?? ''))?.[0];
  return { code, command, ...(response === undefined ? { message: error.message } : { response: codes }) };
}

/** Whether another attempt would fare no better. */
function isFinal(error: unknown): boolean {
  const { code, responseCode } = propertiesOf(error);
  return responseCode === undefined ? code === 'EENVELOPE' : Number(responseCode) >= 500;
}

/**
 * Mails on their way, in the memory of this process: those it has when it dies are lost, which for a link that can be
 * asked for again is bearable.
 */
export class MailQueue implements Mailer {
  readonly #transport: Memoised<Transport>;
  readonly #log: Log;
  readonly #retryAfter: readonly number[];
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /** @param open gives what mails leave by; asked for the first mail, and again only where it failed */
  constructor(open: () => Promise<Transport>, log: Log, retryAfter: readonly number[] = RETRY_AFTER) {
    this.#transport = memoised(open);
    this.#log = log;
    this.#retryAfter = retryAfter;
  }

  send(mail: Mail): void {
    if (this.#underWay.size >= MAX_WAITING) {
      this.#log.error(`a mail was dropped, since ${MAX_WAITING} are waiting already`);
      return;
    }
    const work = this.#work(mail).finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  async #work(mail: Mail): Promise<void> {
    await this.#pause(BEGIN_AFTER * (1 + Math.random()));
    let message: MailMessage | undefined;
    for (let attempt = 0; ; attempt++) {
      try {
        message ??= typeof mail === 'function' ? await mail() : mail;
        if (message) await (await this.#transport()).deliver(message);
        return;
      } catch (error) {
        const wait = this.#retryAfter[attempt];
        const reason = reasonOf(error);
        if (wait === undefined || isFinal(error) || this.#closing.signal.aborted) {
          this.#log.error({ reason, attempts: attempt + 1 }, 'a mail could not be sent and is given up');
          return;
        }
        this.#log.warn({ reason, retry_after_s: wait }, 'a mail could not be sent yet');
        await this.#pause(wait * 1000);
      }
    }
  }

  /** Ends early when the queue is closed: what waits is tried once more then. */
  #pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }

  /** Resolves once every mail taken over so far has been sent or given up. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /**
   * Tries everything once more at once and waits for that, five seconds at the most unless told otherwise; what is left is
   * given up, with a line in the log.
   */
  async close(options: { drain?: number } = {}): Promise<void> {
    this.#closing.abort();
    const timer = new AbortController();
    const late = sleep(options.drain ?? DRAIN, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.idle(), late]);
    timer.abort();
    const left = this.#underWay.size;
    if (left > 0) this.#log.error({ mails: left }, 'mails were left unsent at the end');
    (await this.#transport.kept?.catch(() => undefined))?.close();
  }
}
