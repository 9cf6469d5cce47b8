import { createPrivateKey, createPublicKey } from 'node:crypto';
import t, { type Test } from 'tap';
import { newId } from '../../src/platform/ids.ts';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { testApp } from '../support/app/app.ts';
import type { SignedIn } from '../support/client/client.ts';
import { lastCharacterChanged, publicPem, read, signed, signedBySecret, unsigned, without } from './forge.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();
const { header, claims } = read(ada.tokens.access_token);
const me = (token: string) => client.as(token).get('/auth/me');

t.test('a token names its type, its key and everything it must', async (t) => {
  t.match(header, { alg: 'EdDSA', typ: 'at+jwt', kid: /^[\w-]{43}$/ });
  t.match(claims, { iss: 'imprint', aud: 'imprint', sub: ada.user.id, jti: String, sid: String });
  t.equal(Number(claims.exp) - Number(claims.iat), 900);
  t.equal((await me(signed(header, claims))).status, 200, 'one made by hand with the right key is right');
});

t.test('a token that is not whole, not ours, not for us or not of its time is refused', async (t) => {
  const now = Math.floor(Date.now() / 1000);
  const otherKey = createPrivateKey(generateSigningKey());
  const own = ada.tokens.access_token;
  const [head, body, signature] = own.split('.');
  const forged: Record<string, string> = {
    'signed by another key': signed(header, claims, otherKey),
    'with another key id': signed({ ...header, kid: 'other' }, claims),
    'without a key id': signed(without(header, 'kid'), claims),
    'of another type': signed({ ...header, typ: 'JWT' }, claims),
    'without a type': signed(without(header, 'typ'), claims),
    'unsigned, alg none': unsigned({ ...header, alg: 'none' }, claims),
    'unsigned, alg None': unsigned({ ...header, alg: 'None' }, claims),
    'unsigned, alg EdDSA': unsigned(header, claims),
    'HS256 with the public key as the secret': signedBySecret({ ...header, alg: 'HS256' }, claims, publicPem),
    'HS256 with the trimmed public key': signedBySecret(
      { ...header, alg: 'HS256' },
      claims,
      publicPem.trim(),
    ),
    'HS256 with no secret': signedBySecret({ ...header, alg: 'HS256' }, claims, ''),
    'with a critical extension': signed({ ...header, crit: ['exp'], b64: false }, claims),
    'of another issuer': signed(header, { ...claims, iss: 'https://evil.example' }),
    'for another audience': signed(header, { ...claims, aud: 'other' }),
    expired: signed(header, { ...claims, iat: now - 1000, exp: now - 1 }),
    'not valid yet': signed(header, { ...claims, nbf: now + 1000 }),
    'with an expiry that is no number': signed(header, { ...claims, exp: 'never' }),
    'for no account': signed(header, { ...claims, sub: newId() }),
    'with an account that is no id': signed(header, { ...claims, sub: "' or 1=1 --" }),
    'for no session': signed(header, { ...claims, sid: newId() }),
    'with claims that are no object': `${head}.${Buffer.from('[]').toString('base64url')}.${signature}`,
    'with changed claims': `${head}.${Buffer.from(JSON.stringify({ ...claims, sub: newId() })).toString('base64url')}.${signature}`,
    'without its signature': `${head}.${body}`,
    'with a fourth part': `${own}.x`,
    'in pieces': 'a.b.c',
    'of dots': '..',
    'of a megabyte': 'x'.repeat(10_000),
    'that is a refresh token': ada.tokens.refresh_token,
  };
  // Where a key is to be found, or which it is, is not for the token to say (RFC 8725, section 3.10).
  const jwk = createPublicKey(otherKey).export({ format: 'jwk' });
  const evil = 'https://evil.example/keys';
  for (const own of [{ jwk }, { jku: evil }, { x5u: evil }, { x5c: ['MIIB'] }, { jwk, jku: evil }]) {
    forged[`with ${Object.keys(own)} of its own`] = signed({ ...header, ...own }, claims, otherKey);
    forged[`with ${Object.keys(own)} and no key of ours`] = signed(
      { ...without(header, 'kid'), ...own },
      claims,
      otherKey,
    );
  }
  for (const claim of ['iss', 'aud', 'sub', 'exp', 'iat', 'jti', 'sid'])
    forged[`without ${claim}`] = signed(header, without(claims, claim));
  for (const [name, token] of Object.entries(forged)) {
    const { status, body: problem, headers } = await me(token);
    t.equal(status, 401, name);
    t.equal(problem.code, 'invalid_token', name);
    t.equal(headers['www-authenticate'], 'Bearer realm="imprint", error="invalid_token"', name);
  }
});

t.test('a claim of another type, or out of its range, is refused, although we signed it', async (t) => {
  for (const name of ['iss', 'aud', 'sub', 'exp', 'iat', 'jti', 'sid', 'nbf']) {
    const right = JSON.stringify(claims[name] ?? claims.iat);
    const others = right.startsWith('"')
      ? ['""', '7']
      : [`"${right}"`, '-1', '1e400', '-1e400', `${right}.5`];
    for (const other of ['null', 'true', '[]', '{}', `[${right}]`, `{"0":${right}}`, ...others]) {
      const written = JSON.stringify({ ...claims, [name]: '?' }).replace('"?"', other);
      const { status, body } = await me(signed(header, written));
      t.equal(status, 401, `${name}: ${other}`);
      t.equal(body.code, 'invalid_token', `${name}: ${other}`);
    }
  }
  for (const written of ['null', '[]', '7', '"x"', '', '{'])
    t.equal((await me(signed(header, written))).status, 401, written);
});

t.test('a token with any other last character is refused', async (t) => {
  for (const token of lastCharacterChanged(ada.tokens.access_token)) t.equal((await me(token)).status, 401);
});

t.test('a token that was found right before is refused once it has expired', async (t) => {
  const { access_token } = (await client.newUser()).tokens;
  t.equal((await me(access_token)).status, 200);
  const { now } = Date;
  t.teardown(() => Object.assign(Date, { now }));
  Object.assign(Date, { now: () => now() + 901_000 });
  const { status, body } = await me(access_token);
  t.equal(status, 401);
  t.equal(body.code, 'invalid_token');
});

t.test('the token is read from the Authorization header in its one form', async (t) => {
  const token = ada.tokens.access_token;
  const withHeader = (authorization: string) => client.get('/auth/me', { headers: { authorization } });
  t.equal((await withHeader(`bearer ${token}`)).status, 200, 'the scheme may be in any case');
  for (const wrong of [
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    token,
    `Bearer ${token} x`,
    `Bearer ${token},`,
  ]) {
    const { status, body } = await withHeader(wrong);
    t.equal(status, 401, wrong.slice(0, 20));
    t.equal(body.code, 'invalid_token', wrong.slice(0, 20));
  }
  t.equal((await client.get(`/auth/me?access_token=${token}`)).status, 401, 'and never from the address');
});

/** Whether a token that worked is refused after something has happened. */
async function endsTokens(t: Test, who: SignedIn, happen: () => Promise<unknown>): Promise<void> {
  t.equal((await who.get('/auth/me')).status, 200);
  await happen();
  const { status, body } = await who.get('/auth/me');
  t.equal(status, 401);
  t.equal(body.code, 'invalid_token');
}

t.test('signing out ends the session of the token and no other', async (t) => {
  const person = await client.register();
  const [here, there] = [await client.login(person), await client.login(person)];
  await endsTokens(t, here, async () => t.equal((await here.post('/auth/logout')).status, 204));
  t.equal((await here.post('/auth/logout')).status, 401);
  t.equal((await there.get('/auth/me')).status, 200);
  const { status } = await client.post('/auth/refresh', { refresh_token: here.tokens.refresh_token });
  t.equal(status, 401, 'and its refresh token is gone too');
});

t.test(
  'disabling an account ends its sessions at once, and enabling it does not bring them back',
  async (t) => {
    const [who, admin] = [await client.newUser(), await client.asAdmin()];
    const set = (is_active: boolean) => admin.patch(`/users/${who.user.id}`, { is_active });
    await endsTokens(t, who, () => set(false));
    const { status } = await client.post('/auth/refresh', { refresh_token: who.tokens.refresh_token });
    t.equal(status, 401);
    await set(true);
    t.equal((await who.get('/auth/me')).status, 401);
  },
);

t.test('deleting an account ends its tokens at once', async (t) => {
  const [who, admin] = [await client.newUser(), await client.asAdmin()];
  await endsTokens(t, who, () => admin.delete(`/users/${who.user.id}`));
  const { status } = await client.post('/auth/refresh', { refresh_token: who.tokens.refresh_token });
  t.equal(status, 401);
});

t.test('a lost role is lost at once, and a new one is there at once', async (t) => {
  const [who, admin] = [await client.asAdmin(), await client.asAdmin()];
  const set = (role: string) => admin.patch(`/users/${who.user.id}`, { role });
  t.equal((await who.get('/users')).status, 200);
  await set('user');
  t.equal((await who.get('/users')).status, 403);
  await set('moderator');
  t.equal((await who.get('/users')).status, 403);
  await set('admin');
  t.equal((await who.get('/users')).status, 200);
});

t.test('a session that is over takes its tokens along', async (t) => {
  const who = await client.newUser();
  await endsTokens(t, who, () =>
    db
      .updateTable('sessions')
      .set({ expires_at: '2020-01-01T00:00:00Z' })
      .where('user_id', '=', who.user.id)
      .execute(),
  );
  const { status } = await client.post('/auth/refresh', { refresh_token: who.tokens.refresh_token });
  t.equal(status, 401);
});

t.test('an account that is not active has no rights, even where a session was left', async (t) => {
  for (const change of [{ is_active: false }, { deleted_at: new Date().toISOString() }]) {
    const who = await client.newUser();
    await endsTokens(t, who, () =>
      db.updateTable('users').set(change).where('id', '=', who.user.id).execute(),
    );
    const { refresh_token } = who.tokens;
    t.equal((await client.post('/auth/refresh', { refresh_token })).status, 401);
  }
});

t.test('the session of one account with the id of another is nobody’s', async (t) => {
  const eve = await client.newUser();
  const { sid } = read(eve.tokens.access_token).claims;
  t.equal((await me(signed(header, { ...claims, sid }))).status, 401);
});
