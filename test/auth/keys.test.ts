import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto';
import t from 'tap';
import { generateSigningKey, HANDOVER_SECONDS, KeyRing, readKeys } from '../../src/platform/keys.ts';
import { testApp } from '../support/app/app.ts';
import { signingKey } from '../support/app/bare-app.ts';
import { read, signed } from './forge.ts';

const [old, older, strange] = [generateSigningKey(), generateSigningKey(), generateSigningKey()];
const publicHalf = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
const kidOf = (pem: string) => new KeyRing(pem).signing.kid;

type Keys = { keys: (JsonWebKey & { kid: string })[] };
const JWKS = '/.well-known/jwks.json';

t.test(
  'the key set has the public halves of our keys, the present one first, and no private half',
  async (t) => {
    const config = { JWT_PREVIOUS_KEYS: `${old}${publicHalf(older)}` };
    const { client } = await testApp(t, { config });
    const { status, body, headers, text } = await client.root.get<Keys>(JWKS);
    t.equal(status, 200);
    t.equal(headers['cache-control'], 'public, max-age=300');
    t.ok(300 < HANDOVER_SECONDS, 'who keeps the set has a new key before it signs');
    t.same(
      body.keys.map(({ kid }) => kid),
      [signingKey, old, older].map(kidOf),
    );
    for (const key of body.keys) {
      t.match(key, { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' });
      t.same(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    }
    for (const pem of [signingKey, old]) {
      const { d } = createPrivateKey(pem).export({ format: 'jwk' });
      t.notMatch(text, d);
    }
    t.equal((await client.root.get(JWKS, { headers: { 'if-none-match': headers.etag ?? '' } })).status, 304);
  },
);

t.test('what we sign verifies with the key that the token names', async (t) => {
  const { client } = await testApp(t);
  const { tokens } = await client.newUser();
  const { body } = await client.root.get<Keys>(JWKS);
  const [head, claims, signature = ''] = tokens.access_token.split('.');
  const key = body.keys.find(({ kid }) => kid === read(tokens.access_token).header.kid);
  const publicKey = createPublicKey({ key: key ?? {}, format: 'jwk' });
  t.ok(verify(null, Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url')));
});

t.test('the id of a key is its thumbprint, as the example of RFC 8037 has it', async (t) => {
  // Appendix A.3 of the RFC.
  const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
  const pem = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const [key] = readKeys(pem.export({ type: 'spki', format: 'pem' }).toString());
  t.equal(key?.kid, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

t.test('a token of a previous key counts, and nothing that only looks like one', async (t) => {
  const { client } = await testApp(t, { config: { JWT_PREVIOUS_KEYS: old + publicHalf(older) } });
  const ada = await client.newUser();
  const { header, claims } = read(ada.tokens.access_token);
  const statusOf = async (kid: unknown, pem: string, more = {}) => {
    const token = signed({ ...header, kid, ...more }, claims, createPrivateKey(pem));
    const { status, body } = await client.as(token).get('/auth/me');
    if (status !== 200) t.equal(body.code, 'invalid_token');
    return status;
  };
  for (const pem of [signingKey, old, older]) t.equal(await statusOf(kidOf(pem), pem), 200);
  t.equal(await statusOf(kidOf(strange), strange), 401, 'a key that is not ours');
  const jwk = { ...createPublicKey(strange).export({ format: 'jwk' }), kid: kidOf(strange) };
  const found = { jwk, jku: 'https://evil.example/jwks.json', x5u: 'https://evil.example/key.pem' };
  t.equal(await statusOf(kidOf(strange), strange, found), 401, 'a key that the token brings along');
  t.equal(await statusOf(kidOf(old), strange, found), 401, 'the same under the name of one of ours');
  t.equal(await statusOf(kidOf(old), old, found), 200, 'where a key is said to be makes no difference');
  t.equal(await statusOf(kidOf(old), older), 401, 'one of ours under the name of another');
  for (const kid of [undefined, null, 0, '', {}, [kidOf(old)], '__proto__', `${kidOf(old)} `])
    for (const pem of [signingKey, old]) t.equal(await statusOf(kid, pem), 401, JSON.stringify(kid));
});

t.test('previous keys are read in any number and in either half, on many lines or on one', async (t) => {
  const all = [old, publicHalf(older), strange];
  const kids = all.map(kidOfAny);
  for (const text of [
    all.join(''),
    all.join('\n\n'),
    all.map((pem) => pem.trim()).join(','),
    all.join(' , '),
  ])
    t.same(
      readKeys(text).map(({ kid }) => kid),
      kids,
    );
  t.same(readKeys(''), []);
});

const kidOfAny = (pem: string) => readKeys(pem)[0]?.kid;

t.test('previous keys that are none are refused, and not repeated', async (t) => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const wrong: Record<string, [text: string, expected: RegExp]> = {
    'text beside a key': [`${old}hunter2`, /not a key in PEM/],
    'half a key': [old.slice(0, 60), /not a key in PEM/],
    'a secret of another kind': ['hunter2', /not a key in PEM/],
    'a private key with the label of a public one': [
      old.replaceAll('PRIVATE', 'PUBLIC'),
      /its key number 1$/,
    ],
    'an RSA key after a right one': [
      `${old}${rsa.export({ type: 'pkcs8', format: 'pem' })}`,
      /its key number 2$/,
    ],
  };
  for (const [name, [text, expected]] of Object.entries(wrong)) {
    t.throws(() => readKeys(text), { message: expected }, name);
    t.throws(() => readKeys(text), { message: /^(?![\s\S]*(hunter2|BEGIN))/ }, name);
  }
});

t.test(
  'the key before the present one signs while it hands over; one of which we have the public half never',
  async (t) => {
    const signs = (previous: string, handover?: number) =>
      new KeyRing(signingKey, previous, handover).signing.kid;
    t.equal(signs(old), kidOf(old));
    t.equal(signs(old + older), kidOf(old), 'the newest of them');
    t.equal(signs(old, 0), kidOf(signingKey), 'and its time ends');
    t.equal(signs(publicHalf(old) + older), kidOf(signingKey), 'nobody signs with one that is older still');
    t.equal(signs(''), kidOf(signingKey));
    t.equal(signs(signingKey), kidOf(signingKey));
    t.equal(new KeyRing(signingKey, signingKey).all.length, 1, 'one that is named twice is one');
  },
);
