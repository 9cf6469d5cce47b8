import { sql } from 'kysely';
import t from 'tap';
import { processActor } from '../../src/platform/actor.ts';
import { Audit } from '../../src/platform/audit/index.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { counting } from '../support/database/counting.ts';
import { fileDatabase } from '../support/database/database.ts';
import { withCode } from '../support/database/failing-database.ts';
import { entriesOf, read } from './arrange.ts';

const database = await fileDatabase();
const { owner } = database;
const counted = counting(database);
const { client, db, mails } = await testApp(t, { resources: { database: counted.database } });
const admin = await client.asAdmin();

const all = (handle: Db) =>
  sql<object>`select * from audit_log order by id`.execute(handle).then(({ rows }) => rows);

/** Lets the database refuse some inserts while something happens. */
async function refusing(table: string, when: string, happen: () => Promise<void>): Promise<void> {
  await sql`
    create function refuse_insert() returns trigger language plpgsql as $$
    begin raise exception 'refused by the test'; end $$`.execute(owner);
  await sql`create trigger refuse_insert before insert on ${sql.table(table)} for each row when (${sql.raw(when)}) execute function refuse_insert()`.execute(
    owner,
  );
  await happen().finally(() => sql`drop function refuse_insert cascade`.execute(owner));
}

t.test('the database changes and deletes no entry, whoever asks', async (t) => {
  const user = await client.newUser();
  await admin.patch(`/users/${user.user.id}`, { role: 'moderator' });
  const before = await all(db);
  t.ok(before.length > 0);
  const attempts = [
    sql`update audit_log set outcome = 'refused'`,
    sql`update audit_log set actor_id = null`,
    sql`update audit_log set changes = '[]'`,
    sql`update audit_log set changes = null`,
    sql`update audit_log set ip = '203.0.113.1' where target_id = ${user.user.id}`,
    sql`delete from audit_log`,
    sql`delete from audit_log where target_id = ${user.user.id}`,
    sql`truncate audit_log`,
    sql`truncate users, audit_log cascade`,
    sql`insert into audit_log select * from audit_log on conflict (id) do update set action = 'nothing'`,
  ];
  for (const attempt of attempts) {
    await t.rejects(attempt.execute(owner), { code: '42501', message: /neither changed nor deleted/ });
    await t.rejects(attempt.execute(db), { code: '42501' });
  }
  t.same(await all(db), before);
});

t.test('erasing an account empties what is told of its changes and leaves the rest', async (t) => {
  const [account, other] = [await client.newUser(), await client.newUser()];
  const email = `${newName()}@example.com`;
  await admin.patch(`/users/${account.user.id}`, { email });
  await admin.patch(`/users/${other.user.id}`, { role: 'moderator' });
  const about = (id: string) => read(admin, `target_id=${id}&action=updateUser`).then(({ data }) => data);
  const [before] = await about(account.user.id);
  t.match(before?.changes[0], { field: 'email', after: email });
  t.equal((await account.delete('/auth/me')).status, 204);
  t.strictSame(await about(account.user.id), [{ ...before, changes: [] }]);
  t.notMatch(JSON.stringify(await all(db)), email);
  t.match((await about(other.user.id))[0]?.changes, [{ field: 'role' }], 'of others nothing is forgotten');
  const deletion = await read(admin, `actor_id=${account.user.id}&action=deleteCurrentUser`);
  t.equal(deletion.data.length, 1, 'and that it was erased is told');
});

t.test('an effect that is rolled back leaves no entry but that of its failure', async (t) => {
  const account = { email: `${newName()}@example.com`, password: PASSWORD };
  await refusing('idempotency_keys', 'true', async () => {
    const answer = await admin.post('/users', account, { headers: { 'idempotency-key': newId() } });
    t.equal(answer.status, 500);
    const entries = await entriesOf(admin, answer);
    t.match(entries, [
      {
        action: 'createUser',
        outcome: 'failed',
        problem_code: 'internal_error',
        target_id: null, // what was made for a while never was
        changes: [],
      },
    ]);
    t.equal(entries.length, 1);
  });
  const found = db.selectFrom('users').select('id').where('email', '=', account.email);
  t.same(await found.execute(), []);
});

t.test('what an attempt has found out is forgotten where it is not committed', async (t) => {
  const actor = processActor({
    origin: 'job',
    client: { ip: '127.0.0.1', user_agent: null },
    requestId: newId(),
  });
  const audit = new Audit(actor, { action: 'doSomething', type: 'user' });
  const account = newId();
  let attempts = 0;
  const work = audit.around(db, async () => {
    t.same([audit.action, audit.target, audit.actorId, audit.changes], ['doSomething', null, null, []]);
    if (attempts++ > 0) throw new Error('the second attempt fails');
    Object.assign(audit, { action: 'doMore', target: account, actorId: account, changes: [{ field: 'x' }] });
    throw withCode('lost to another transaction', '40001');
  });
  await t.rejects(work, { message: 'the second attempt fails' });
  await audit.writeProblem(db, { code: 'internal_error', status: 500 });
  const { data } = await read(admin, 'action=doSomething');
  t.match(data, [{ target_id: null, actor_id: null, changes: [], outcome: 'failed' }]);
});

t.test('an effect whose entry cannot be written does not happen', async (t) => {
  const user = await client.newUser();
  await refusing('audit_log', "new.outcome = 'success'", async () => {
    const statuses = [
      await admin.delete(`/users/${user.user.id}`),
      await user.patch('/auth/me', { bio: 'Changed.' }),
      await user.post('/auth/logout'),
      await client.post('/auth/login', { email: user.email, password: PASSWORD }),
      await client.post('/auth/refresh', { refresh_token: user.tokens.refresh_token }),
      await user.put('/auth/password', { current_password: PASSWORD, new_password: 'another horse battery' }),
    ].map(({ status }) => status);
    t.same(statuses, [500, 500, 500, 500, 500, 500]);
  });
  t.same(await mails.to(user.email), [], 'nor is anybody told of it');
  t.match((await user.get('/auth/me')).body, { bio: null });
  const { status } = await client.post('/auth/refresh', { refresh_token: user.tokens.refresh_token });
  t.equal(status, 200, 'not even the token was replaced');
});

t.test('a refusal is answered as it is where it cannot be written down', async (t) => {
  await refusing('audit_log', 'true', async () => {
    t.equal((await client.get('/users')).status, 401);
    t.equal((await client.post('/auth/login', { email: 'no@example.com', password: 'x' })).status, 401);
  });
});

t.test('the log costs one statement where something is written, and nothing where it is not', async (t) => {
  const user = await client.register();
  await mails.mailer.idle();
  const cost = async (work: () => Promise<{ status: number }>) => {
    const [statements, transactions] = [counted.count(), counted.transactions()];
    const { status } = await work();
    return [status, counted.count() - statements, counted.transactions() - transactions];
  };
  const login = (password: string) => () => client.post('/auth/login', { email: user.email, password });
  t.same(await cost(login(PASSWORD)), [200, 2, 0], 'the account, the session with the entry');
  t.same(await cost(login('not the password')), [401, 2, 0], 'the account, the entry');
  t.same(await cost(() => client.get('/users')), [401, 0, 0], 'nobody was refused');
  t.same(await cost(() => admin.get('/auth/me')), [200, 0, 0], 'the account is looked up elsewhere');
  const tag = { id: newId(), name: newName(), slug: newName() };
  await db.insertInto('tags').values(tag).execute();
  const rename = () => admin.patch(`/tags/${tag.id}`, { name: newName() });
  t.same(await cost(rename), [200, 3, 1], 'the counts, the tag, the entry');
});
