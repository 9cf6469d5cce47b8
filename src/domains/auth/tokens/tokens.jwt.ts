import fastifyJwt, { type JWT } from '@fastify/jwt';
import { type Static, Type } from '@sinclair/typebox';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fp from 'fastify-plugin';
import type { Config } from '../../../config.ts';
import { ID_PATTERN, newId } from '../../../platform/ids.ts';
import { canSign, type KeyRing } from '../../../platform/keys.ts';
import { propertiesOf } from '../../../platform/unknown.ts';

/**
 * Access tokens: JWTs signed with EdDSA (RFC 8725, RFC 9068: `typ: at+jwt`), short-lived, and only a claim: the session
 * and the account are looked up at every request.
 */

const AUDIENCE = 'imprint';
const TYPE = 'at+jwt';
const VERIFIED_KEPT = 10_000;

const id = Type.String({ pattern: ID_PATTERN });
/** Seconds since 1970, up to the year 9999. */
const moment = Type.Integer({ minimum: 0, maximum: 253_402_300_799 });

/** The claims of an access token (RFC 7519, section 4.1); `sid` is the session. */
const TokenClaims = Type.Object({
  iss: Type.String(),
  aud: Type.Literal(AUDIENCE),
  sub: id,
  exp: moment,
  iat: moment,
  nbf: Type.Optional(moment),
  jti: id,
  sid: id,
});

/** What a valid access token says: whose it is, and of which session. */
export type Claims = Pick<Static<typeof TokenClaims>, 'sub' | 'sid'>;

const areClaims = new Ajv2020({ strictNumbers: true, validateSchema: false }).compile<Claims>(TokenClaims);

export interface Tokens {
  issue(claims: Claims): string;
  /** The claims of a token that is signed by us, for us, complete and not expired. Whatever is wrong gives undefined. */
  verify(token: string): Claims | undefined;
}

declare module '@fastify/jwt' {
  interface FastifyJWT {
    /** The ids of keys. */
    namespaces: string;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    tokens: Tokens;
  }
}

/** Base64url can encode the same bytes in several ways, which differ in the last character; only one is canonical. */
function isCanonical(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** The `kid` in the header of a token, or an empty text. Headers that name the key itself (`jku`, `x5u`, `jwk`) are not read. */
function keyIdOf(header: string): string {
  try {
    const { kid } = propertiesOf(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
    return typeof kid === 'string' ? kid : '';
  } catch {
    return '';
  }
}

/**
 * Provides `app.tokens`. Each key is a registration of its own, under the id of the key, and remembers the checks of
 * signatures for as long as the tokens live. One of which we have the public half only verifies and never signs.
 */
export const tokens = fp(
  async (app, { keys, config }: { keys: KeyRing; config: Config }) => {
    const iss = config.PUBLIC_URL ?? 'imprint';
    for (const key of keys.all) {
      const { kid, publicKey } = key;
      await app.register(fastifyJwt, {
        namespace: kid,
        secret: {
          ...(canSign(key) && {
            private: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
          }),
          public: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        },
        sign: {
          algorithm: 'EdDSA',
          iss,
          aud: AUDIENCE,
          expiresIn: config.ACCESS_TOKEN_TTL,
          header: { alg: 'EdDSA', typ: TYPE, kid },
        },
        verify: {
          algorithms: ['EdDSA'],
          allowedIss: iss,
          allowedAud: AUDIENCE,
          checkTyp: TYPE,
          requiredClaims: TokenClaims.required,
          cache: VERIFIED_KEPT,
        },
      });
    }
    // The headers of valid tokens, one for each key, so that they need not be parsed at every request.
    const known = new Map<string, JWT>();
    app.decorate('tokens', {
      issue: (claims: Claims) => {
        const jwt = app.jwt[keys.signing.kid];
        if (!jwt) throw new Error('there is no key to sign with');
        return jwt.sign({ ...claims, jti: newId() });
      },
      verify: (token: string) => {
        if (!isCanonical(token)) return undefined;
        const header = token.slice(0, token.indexOf('.'));
        const jwt = known.get(header) ?? app.jwt[keyIdOf(header)];
        if (!jwt) return undefined;
        try {
          const claims: unknown = jwt.verify(token);
          known.set(header, jwt);
          return areClaims(claims) ? claims : undefined;
        } catch {
          return undefined; // which kind of forgery it is, is not the caller's to know
        }
      },
    });
  },
  { name: 'tokens' },
);
