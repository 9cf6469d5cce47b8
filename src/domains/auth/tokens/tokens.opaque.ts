import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Opaque tokens: refresh tokens, cookies of browsers and the links of mails. 256 random bits, stored as hashes. */

const newToken = (prefix: string): string => prefix + randomBytes(32).toString('base64url');

const REFRESH_TOKEN = 'imp_rt_';

export const newRefreshToken = (): string => newToken(REFRESH_TOKEN);

/**
 * The refresh token that follows another. It is derived, so that a refresh whose answer was lost can be repeated with the
 * same result; without the secret of the service nobody can compute it.
 */
export const successorOf = (token: string, secret: Buffer): string =>
  REFRESH_TOKEN + createHmac('sha256', secret).update(token).digest('base64url');

/** The value of the cookie of a browser's session. */
export const newBrowserToken = (): string => newToken('imp_bs_');

/** The token of a link in a mail. Its purpose is stored with its hash. */
export const newMailToken = (): string => newToken('imp_mt_');

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
