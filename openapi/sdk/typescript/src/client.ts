import type { TokenPair } from './generated/operations.schemas.ts';
import { Resources } from './generated/resources.ts';
import type { Tokens } from './tokens.ts';
import { Transport } from './transport.ts';

/** How a client reaches the service. */
export interface ImprintOptions {
  /** Where the service is: an absolute http or https address, such as `https://api.imprint.example`. */
  baseUrl: string;
  /** The access token or API key of each call, or what gives it. It is not renewed; `tokens` are. */
  accessToken?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** What `auth.login` gave. The access token is renewed when it has expired. */
  tokens?: Tokens | undefined;
  /** Told of each new pair, so as to store it; the calls that wait for it go on after that. */
  onTokens?: ((tokens: TokenPair) => void | Promise<void>) | undefined;
  /**
   * When a browser sends the cookie of its session: `include` from a page of another origin than the service, which has to
   * allow it; without it, only from the service's own.
   */
  credentials?: RequestCredentials | undefined;
  /** Instead of the `fetch` of the platform. */
  fetch?: typeof fetch | undefined;
  /** How long to wait for each attempt, in milliseconds: 60 000 by default; 0 waits for ever. */
  timeout?: number | undefined;
  /** How often to try again what failed for the moment: twice by default. */
  maxRetries?: number | undefined;
  /** Sent with each call. */
  headers?: Record<string, string> | undefined;
}

/**
 * A client of Imprint.
 *
 * @example
 * const client = new Imprint({ baseUrl: 'https://api.imprint.example' });
 * for await (const post of client.posts.list()) console.log(post.title);
 *
 * @throws TypeError for a `baseUrl` that is no absolute address, and for an `accessToken` beside `tokens`.
 */
export class Imprint extends Resources {
  readonly #transport: Transport;

  constructor(options: ImprintOptions) {
    checkAddress(options?.baseUrl);
    const transport = new Transport(options);
    super(transport);
    this.#transport = transport;
  }

  /** Who is signed in. Set it to what `auth.login` gives to sign in, and to undefined to forget it. */
  get tokens(): Tokens | undefined {
    return this.#transport.keeper.tokens;
  }
  set tokens(tokens: Tokens | undefined) {
    this.#transport.keeper.tokens = tokens;
  }
}

/** Refuses what `fetch` would fail on later, or take for a path of the page; programs without types may give anything. */
function checkAddress(given: unknown): void {
  if (typeof given === 'string' && /^https?:\/\//i.test(given) && URL.canParse(given)) return;
  const found = typeof given === 'string' ? `'${given}'` : `a value of type ${typeof given}`;
  throw new TypeError(
    `baseUrl has to be an absolute http or https address such as 'https://api.example.com', not ${found}`,
  );
}
