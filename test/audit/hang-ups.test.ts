import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { sql } from 'kysely';
import t from 'tap';
import { newId } from '../../src/platform/ids.ts';
import { listening, testApp } from '../support/app/app.ts';
import type { SignedIn } from '../support/client/client.ts';
import { until } from '../support/until.ts';
import { type AuditEntry, read } from './arrange.ts';

/** Callers who are gone before their request has ended: what they did is told all the same. */

const service = await testApp(t);
const { app, client, db } = service;
await listening(t, service);
const admin = await client.asAdmin();
const address = app.server.address();
const port = typeof address === 'object' ? (address?.port ?? 0) : 0;

/** Sends a request, and hangs up before anything has been asked of the database for it. */
async function hangUp(who: SignedIn, method: string, path: string): Promise<AuditEntry[]> {
  const id = newId();
  const head = [
    `${method} /api/v1${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${who.tokens.access_token}`,
    `X-Request-ID: ${id}`,
  ];
  await db.transaction().execute(async (tx) => {
    // On the embedded engine the transaction alone keeps everyone else out.
    await sql`lock table users, sessions in access exclusive mode`.execute(tx);
    const socket = connect(port, '127.0.0.1');
    const arrived = once(app.server, 'request') as Promise<[IncomingMessage]>;
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    const [request] = await arrived;
    const gone = new Promise((resolve) => request.socket.once('close', resolve));
    socket.resetAndDestroy();
    await gone;
  });
  let entries: AuditEntry[] = [];
  await until(async () => {
    const { data } = await read(admin, 'per_page=100');
    entries = data.filter(({ request_id }) => request_id === id);
    return entries.length > 0;
  });
  return entries;
}

t.test('a change', async (t) => {
  const user = await client.newUser();
  const other = await client.login(user);
  const entries = await hangUp(user, 'DELETE', '/auth/sessions');
  t.match(entries, [
    { action: 'revokeOtherSessions', outcome: 'success', ip: '127.0.0.1', actor_id: user.user.id },
  ]);
  t.equal(entries.length, 1);
  t.equal((await other.get('/auth/me')).status, 401);
});

t.test('a refusal', async (t) => {
  const user = await client.newUser();
  const entries = await hangUp(user, 'GET', '/users');
  t.match(entries, [{ action: 'listUsers', outcome: 'refused', ip: '127.0.0.1', actor_id: user.user.id }]);
  t.equal(entries.length, 1);
});
