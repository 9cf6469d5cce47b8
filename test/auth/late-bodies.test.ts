import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { newKey } from '../api-keys/arrange.ts';
import { newPost } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { type Client, newName, PASSWORD } from '../support/client/client.ts';

/** Requests whose body comes late: what their sender has lost meanwhile is lost. */

// Every body is a slow one here, so that the tests need not be.
const { app, client } = await testApp(t, { reauthorizeAfter: 0 });
const address = await app.listen({ host: '127.0.0.1', port: 0 });
const admin = await client.asAdmin();

/** Time enough for the head to be looked at; where it is not, the request is refused all the same. */
const LATE = 50;

/** Sends the head of a request and its body but for the end, which comes after something has happened. */
async function late(
  by: Client,
  method: string,
  path: string,
  body: object,
  meanwhile: () => Promise<unknown>,
) {
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...(by.cookie === undefined
      ? { authorization: `Bearer ${by.token}` }
      : { cookie: `__Host-sid=${by.cookie}`, 'sec-fetch-site': 'same-origin' }),
  };
  const arrived = once(app.server, 'request');
  const outgoing = request(`${address}/api/v1${path}`, { method, headers, agent: false });
  outgoing.write(text.slice(0, -1));
  await arrived;
  await sleep(LATE); // or the body is not a slow one
  await meanwhile();
  outgoing.end(text.slice(-1));
  const [answer]: IncomingMessage[] = await once(outgoing, 'response');
  if (!answer) throw new Error('there is no answer');
  return { status: answer.statusCode, body: await json(answer) };
}

const POST = { title: 'Written for a long time', body: 'It took until everything had changed.' };

t.test('somebody who keeps their rights is let in however long it takes', async (t) => {
  const { status } = await late(await client.newUser(), 'POST', '/posts', POST, async () => undefined);
  t.equal(status, 201);
});

t.test('an admin who is none any more makes no admin', async (t) => {
  const former = await client.asAdmin();
  const account = { email: `${newName()}@example.com`, password: PASSWORD, role: 'admin' };
  const demote = () => admin.patch(`/users/${former.user.id}`, { role: 'user' });
  t.match(await late(former, 'POST', '/users', account, demote), {
    status: 403,
    body: { code: 'forbidden' },
  });
  const disable = () => admin.patch(`/users/${former.user.id}`, { is_active: false });
  const self = `/users/${former.user.id}`;
  const answer = await late(former, 'PATCH', self, { full_name: 'Back again' }, disable);
  t.match(answer, { status: 401, body: { code: 'invalid_token' } });
});

t.test('a key that is revoked writes nothing', async (t) => {
  const owner = await client.newUser();
  const key = await newKey(owner, 'posts:write');
  const revoke = () => owner.delete(`/api-keys/${key.key.id}`);
  t.match(await late(key, 'POST', '/posts', POST, revoke), { status: 401, body: { code: 'invalid_token' } });
});

t.test('a session that is over makes no key, and its cookie changes nothing', async (t) => {
  const owner = await client.newUser();
  const [thief, browser] = [await client.login(owner), await client.signIn(owner)];
  const change = { current_password: PASSWORD, new_password: 'another long password' };
  const key = { name: 'To stay', scopes: ['posts:read'] };
  const made = await late(thief, 'POST', '/api-keys', key, () => owner.put('/auth/password', change));
  t.match(made, { status: 401, body: { code: 'invalid_token' } });
  const again = await client.signIn({ email: owner.email, password: change.new_password });
  const end = () => owner.delete('/auth/sessions');
  t.equal((await late(again, 'PATCH', '/auth/me', { bio: 'Late' }, end)).status, 401);
  t.equal((await browser.get('/auth/me')).status, 401);
  const post = await newPost(owner);
  const erased = await late(owner, 'POST', `/posts/${post.id}/comments`, { body: 'Late.' }, () =>
    owner.delete('/auth/me'),
  );
  t.equal(erased.status, 401);
});
