import type { TokenPair } from './generated/operations.schemas.ts';

/** As much of what `auth.login` gives as is needed to stay signed in. */
export type Tokens = Pick<TokenPair, 'access_token' | 'refresh_token'>;

/** Keeps a pair of tokens, and renews it once for all the calls that find it expired. */
export class TokenKeeper {
  readonly #renew: (refreshToken: string) => Promise<TokenPair>;
  readonly #store: ((tokens: TokenPair) => void | Promise<void>) | undefined;
  #tokens: Tokens | undefined;
  /** The access token before this one, of the same session. */
  #previous: string | undefined;
  #renewing: { stale: Tokens; next: Promise<string> } | undefined;

  constructor(
    tokens: Tokens | undefined,
    renew: (refreshToken: string) => Promise<TokenPair>,
    store: ((tokens: TokenPair) => void | Promise<void>) | undefined,
  ) {
    this.#tokens = tokens;
    this.#renew = renew;
    this.#store = store;
  }

  get tokens(): Tokens | undefined {
    return this.#tokens;
  }
  /** From here on it may be somebody else. */
  set tokens(tokens: Tokens | undefined) {
    if (tokens?.access_token !== this.#tokens?.access_token) this.#previous = undefined;
    this.#tokens = tokens;
  }

  /**
   * The access token to be used instead of one that was refused; undefined where there is no other of the same session,
   * so that nobody's call is repeated in the name of whoever has signed in since.
   */
  async instead(refused: string): Promise<string | undefined> {
    const stale = this.#tokens;
    if (refused === this.#renewing?.stale.access_token) return this.#renewing.next;
    if (refused === this.#previous) return stale?.access_token;
    if (refused !== stale?.access_token) return undefined;
    this.#renewing = { stale, next: this.#renewed(stale) };
    return this.#renewing.next;
  }

  async #renewed(stale: Tokens): Promise<string> {
    try {
      const next = await this.#renew(stale.refresh_token);
      // Unless somebody else has been signed in, or out, while it was renewed.
      if (this.#tokens === stale) {
        this.#tokens = next;
        this.#previous = stale.access_token;
        await this.#store?.(next);
      }
      return next.access_token;
    } finally {
      if (this.#renewing?.stale === stale) this.#renewing = undefined;
    }
  }
}
