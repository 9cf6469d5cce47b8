import type { TokenPair } from './generated/operations.schemas.ts';

/** As much of what `auth.login` gives as is needed to stay signed in. */
export type Tokens = Pick<TokenPair, 'access_token' | 'refresh_token'>;

/** Keeps a pair of tokens, and renews it once for all the calls that find it expired. */
export class TokenKeeper {
  tokens: Tokens | undefined;
  readonly #renew: (refreshToken: string) => Promise<TokenPair>;
  readonly #store: ((tokens: TokenPair) => void | Promise<void>) | undefined;
  #renewing: { stale: Tokens; next: Promise<string> } | undefined;

  constructor(
    tokens: Tokens | undefined,
    renew: (refreshToken: string) => Promise<TokenPair>,
    store: ((tokens: TokenPair) => void | Promise<void>) | undefined,
  ) {
    this.tokens = tokens;
    this.#renew = renew;
    this.#store = store;
  }

  /** The access token to be used instead of one that was refused; undefined where there is no other. */
  async instead(refused: string): Promise<string | undefined> {
    const stale = this.tokens;
    if (!stale || stale.access_token !== refused) return stale?.access_token;
    if (this.#renewing?.stale !== stale) this.#renewing = { stale, next: this.#renewed(stale) };
    return this.#renewing.next;
  }

  async #renewed(stale: Tokens): Promise<string> {
    try {
      const next = await this.#renew(stale.refresh_token);
      // Unless somebody else has been signed in, or out, while it was renewed.
      if (this.tokens === stale) {
        this.tokens = next;
        await this.#store?.(next);
      }
      return next.access_token;
    } finally {
      this.#renewing = undefined;
    }
  }
}
