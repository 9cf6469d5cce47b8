import type { Static } from '@sinclair/typebox';
import type { KeyRing } from '../../platform/keys.ts';
import { type App, operation } from '../contract/operations.ts';
import { answer, component, enumeration, listOf, ref, text } from '../contract/schema.ts';

/** How long a verifier may keep the set, in seconds; less than a new key waits before it signs. */
const MAX_AGE = 300;

const KeyType = enumeration('KeyType', ['OKP'], 'The family of the key: octet key pair (RFC 8037).');
const KeyCurve = enumeration('KeyCurve', ['Ed25519'], 'The curve of the key (RFC 8037).');
const KeyUse = enumeration('KeyUse', ['sig'], 'What the key is for: signatures (RFC 7517).');
const KeyAlgorithm = enumeration('KeyAlgorithm', ['EdDSA'], 'How the key signs (RFC 8037).');

const base64url = (description: string, example: string) =>
  text({ minLength: 43, maxLength: 43, pattern: '^[A-Za-z0-9_-]{43}$', description, examples: [example] });

const JsonWebKey = component(
  'JsonWebKey',
  {
    kty: ref(KeyType),
    crv: ref(KeyCurve),
    use: ref(KeyUse),
    alg: ref(KeyAlgorithm),
    kid: base64url(
      'The id of the key, as the header of a token names it: its thumbprint (RFC 7638).',
      'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
    ),
    x: base64url('The public key.', '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'),
  },
  { description: 'The public half of a key that signs access tokens (RFC 7517).' },
);

const JsonWebKeySet = component(
  'JsonWebKeySet',
  { keys: listOf(JsonWebKey, { maxItems: 20, description: 'The present key, then those before it.' }) },
  { description: 'The keys of access tokens that may still be valid (RFC 7517).' },
);

/** Publishes the public halves of the keys (RFC 7517), outside the version of the API. */
export async function jwks(app: App, { keys }: { keys: KeyRing }): Promise<void> {
  const set: Static<typeof JsonWebKeySet> = {
    keys: keys.all.map(({ kid, x }) => ({
      kty: 'OKP',
      crv: 'Ed25519',
      use: 'sig',
      alg: 'EdDSA',
      kid,
      x,
    })),
  };
  app.route({
    method: 'GET',
    url: '/.well-known/jwks.json',
    schema: {
      operationId: 'getSigningKeys',
      summary: 'Get the keys of access tokens',
      description:
        'The public keys that access tokens are signed with: the present one, and those before it as long as their tokens may be valid. A valid signature is not all: whether the session still lives, only the service knows.',
      tags: ['Authentication'],
      response: { 200: answer(JsonWebKeySet, 'The keys, the present one first.') },
    },
    config: operation({ access: 'public', limit: 'reads', etag: 'content', maxAge: MAX_AGE }),
    handler: () => set,
  });
}
