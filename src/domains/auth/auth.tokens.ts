import { createHash, createHmac, randomBytes } from 'node:crypto';
import fastifyJwt from '@fastify/jwt';
import fp from 'fastify-plugin';
import type { Config } from '../../config.ts';
import type { Claims } from '../../http/access.ts';
import { isId, newId } from '../../platform/ids.ts';
import { readSigningKey } from '../../platform/keys.ts';

/**
 * Access tokens: JWTs signed with EdDSA (RFC 8725, RFC 9068: `typ: at+jwt`), short-lived, and only a claim: the session
 * and the account are looked up at every request. Refresh tokens and those of mails: opaque, 256 bits, stored as hashes.
 */

const AUDIENCE = 'imprint';
const TYPE = 'at+jwt';
const REQUIRED = ['iss', 'aud', 'sub', 'exp', 'iat', 'jti', 'sid'];
const VERIFIED_KEPT = 10_000;

export interface Tokens {
  issue(claims: Claims): string;
  /** The claims of a token that is signed by us, for us, complete and not expired. Whatever is wrong gives undefined. */
  verify(token: string): Claims | undefined;
}

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens;
  }
}

/** Base64url can say the same bytes in several ways, which differ in the last character; only one of them is ours. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** Provides `app.tokens`. The check of a signature is remembered for as long as the token lives. */
export const tokens = fp(async (app, options: { signingKey: string; config: Config }) => {
  const { privateKey, publicKey, kid } = readSigningKey(options.signingKey);
  const issuer = options.config.PUBLIC_URL ?? 'imprint';
  const pem = { type: 'spki', format: 'pem' } as const;
  await app.register(fastifyJwt, {
    secret: {
      private: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      public: publicKey.export(pem).toString(),
    },
    decode: { complete: true },
    sign: {
      algorithm: 'EdDSA',
      iss: issuer,
      aud: AUDIENCE,
      expiresIn: options.config.ACCESS_TOKEN_TTL,
      header: { alg: 'EdDSA', typ: TYPE, kid },
    },
    verify: {
      algorithms: ['EdDSA'],
      allowedIss: issuer,
      allowedAud: AUDIENCE,
      requiredClaims: REQUIRED,
      complete: true,
      cache: VERIFIED_KEPT,
    },
  });
  app.decorate('tokens', {
    issue: (claims: Claims) => app.jwt.sign({ ...claims, jti: newId() }),
    verify: (token: string) => {
      if (!isCanonical(token)) return undefined;
      try {
        const { header, payload } = app.jwt.verify<{
          header: { typ?: string; kid?: string };
          payload: Claims;
        }>(token);
        if (header.typ !== TYPE || header.kid !== kid || !isId(payload.sub) || !isId(payload.sid))
          return undefined;
        return payload;
      } catch {
        return undefined; // @fastify/jwt throws differently for each kind of forgery; none of them is the caller's to know
      }
    },
  });
});

const PREFIX = 'imp_rt_';

export const newRefreshToken = (): string => PREFIX + randomBytes(32).toString('base64url');

/**
 * The token that follows another: always the same, so that a refresh whose answer was lost can be repeated, and known to
 * nobody without the service's secret.
 */
export const successorOf = (token: string, secret: Buffer): string =>
  PREFIX + createHmac('sha256', secret).update(token).digest('base64url');

/** The token of a link in a mail. What it is for is stored with its hash. */
export const newMailToken = (): string => `imp_mt_${randomBytes(32).toString('base64url')}`;

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
