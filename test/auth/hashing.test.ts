// Own process: it changes how many passwords the process hashes at once.
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { hashing } from '../../src/platform/passwords.ts';
import { CallerGoneError, Slots, SlotsFullError } from '../../src/platform/slots.ts';
import { during } from '../../src/platform/work.ts';
import { testApp } from '../support/app/app.ts';
import { until } from '../support/until.ts';

/** How many passwords are hashed at once, how many wait, and for whom nothing is hashed any more. */

/** Takes a slot until it is released. */
function occupy(slots: Slots): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  void slots.run(() => promise);
  return resolve;
}

const slotsOf = (running: number, waiting: number) => new Slots({ running, waiting, full: 'Too much' });

t.test('so much is done at once as there are slots, in the order in which it came', async (t) => {
  const slots = slotsOf(2, 10);
  const order: number[] = [];
  let [now, most] = [0, 0];
  const work = (n: number) => async () => {
    most = Math.max(most, ++now);
    order.push(n);
    await turn();
    now--;
  };
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => slots.run(work(n))));
  t.equal(most, 2);
  t.same(order, [1, 2, 3, 4, 5, 6]);
  slots.resize({ running: 1 });
  most = 0;
  await Promise.allSettled([7, 8, 9].map((n) => slots.run(work(n))));
  t.equal(most, 1, 'and with other bounds as many as these say');
});

t.test('work that fails gives its slot back', async (t) => {
  const slots = slotsOf(1, 1);
  await t.rejects(
    slots.run(() => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  );
  t.equal(await slots.run(async () => 'done'), 'done');
});

t.test('what waits for a caller who is gone is never begun, and takes no place of others', async (t) => {
  const slots = slotsOf(1, 1);
  const release = occupy(slots);
  const state = { isGone: false };
  let begun = false;
  const work = { name: 'login', requestId: 'r-1', isGone: () => state.isGone };
  const waiting = during(work, () =>
    slots.run(async () => {
      begun = true;
    }),
  );
  await t.rejects(slots.run(turn), SlotsFullError, 'there is no room while the caller waits');
  state.isGone = true;
  const other = slots.run(async () => 'done');
  await t.rejects(waiting, CallerGoneError);
  release();
  t.equal(await other, 'done');
  t.notOk(begun);
});

t.test(
  'a core is left for everything else, three passwords are hashed at most, and processes share',
  async (t) => {
    const cases = [
      { cores: 1, processes: 1, atOnce: 1 },
      { cores: 2, processes: 1, atOnce: 1 },
      { cores: 3, processes: 1, atOnce: 2 },
      { cores: 16, processes: 1, atOnce: 3 },
      { cores: 16, processes: 8, atOnce: 1 },
      { cores: 16, processes: 6, atOnce: 2 },
      { cores: 4, processes: 8, atOnce: 1 },
    ];
    for (const { cores, processes, atOnce } of cases) {
      let [now, most] = [0, 0];
      const opened = Promise.withResolvers<void>();
      const verify = async () => {
        most = Math.max(most, ++now);
        await opened.promise;
        now--;
        return true;
      };
      const passwords = await t.mockImport<typeof import('../../src/platform/passwords.ts')>(
        '../../src/platform/passwords.ts',
        { '@node-rs/argon2': { verify, hash: verify }, 'node:os': { availableParallelism: () => cores } },
      );
      passwords.shareHashing(processes);
      const all = Array.from({ length: 500 }, () => passwords.verifyPassword('a hash', 'x'));
      const outcomes = Promise.allSettled(all);
      await turn();
      opened.resolve();
      const done = (await outcomes).filter(({ status }) => status === 'fulfilled');
      t.equal(most, atOnce, `${cores} cores, ${processes} processes`);
      t.equal(done.length, atOnce + 200, 'and two hundred wait');
    }
  },
);

t.test('beyond those that wait, whoever signs in is asked to come back', async (t) => {
  const { app, client, db } = await testApp(t);
  const owner = await client.newUser();
  const { email, password } = owner;
  hashing.resize({ running: 1, waiting: 2 });
  const release = occupy(hashing);
  const login = () => client.post('/auth/login', { email, password });
  const waiting = login();

  // One whose connection ends while it waits.
  await app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.server.address();
  const socket = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  const closed = new Promise((resolve) => app.server.once('connection', (one) => one.once('close', resolve)));
  const body = JSON.stringify({ email, password });
  socket.write(
    `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await until(() => hashing.waiting === 2);
  for (const send of [
    login,
    () => client.post('/auth/register', { email: `x${email}`, password }),
    () => owner.put('/auth/password', { current_password: password, new_password: `${password}!` }),
  ]) {
    const { status, body, headers } = await send();
    t.equal(status, 503);
    t.equal(body.code, 'service_unavailable');
    t.match(body.detail, 'Too many passwords');
    t.match(headers['retry-after'], /^\d+$/);
  }
  socket.destroy();
  await closed;
  const later = login(); // takes the place of the one who is gone
  await until(() => hashing.waiting === 2);
  release();
  t.equal((await waiting).status, 200);
  t.equal((await later).status, 200);
  const sessions = await db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', owner.user.id)
    .execute();
  t.equal(sessions.length, 3, 'nobody is signed in who has hung up');
});
