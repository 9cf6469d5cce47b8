import t from 'tap';
import { components } from '../../src/http/contract/schema.ts';
import { testApp } from '../support/app/app.ts';
import { validatorOf } from '../support/contract/check-answer.ts';
import { actions, type Item, itemsOf, live, marksOf, type PersonalData } from './arrange.ts';

const service = await testApp(t, { config: { COMMENTS_NEED_APPROVAL: 'on' } });
const { client, db } = service;
const admin = await client.asAdmin();
const other = marksOf('other', '203.0.113.99');
const { person: bob } = await live(service, admin, other);
const { person: ada, marks, posts } = await live(service, admin, marksOf('ada', '203.0.113.7'));
const PATH = '/auth/me/data';

t.test('one gets all that is stored about oneself, as a file that nothing keeps on its way', async (t) => {
  const { status, headers, body } = await ada.get<PersonalData>(PATH);
  t.equal(status, 200);
  t.equal(headers['content-disposition'], 'attachment; filename="personal-data.json"');
  t.equal(headers['cache-control'], 'no-store');
  t.same(Object.keys(body), Object.keys(components.get('PersonalData')?.properties));
  t.match(body.account, { email: marks.email, full_name: marks.full_name, bio: marks.bio });
  for (const list of Object.keys(body).slice(2)) t.ok(itemsOf(body, list).length > 0, `something in ${list}`);
  t.match(itemsOf(body, 'sessions'), [{ ip: marks.ip, user_agent: marks.user_agent, is_current: true }]);
  t.match(itemsOf(body, 'sent_mails'), [{ purpose: 'verify_email', email: marks.formerEmail }]);
  const { draft, archived, published } = posts;
  t.match(itemsOf(body, 'posts'), [
    { id: draft.id, status: 'draft', body: draft.body },
    { id: archived.id, status: 'archived' },
    { id: published.id, status: 'published', title: 'Changed once' },
  ]);
  t.match(itemsOf(body, 'post_revisions').at(-1), {
    post_id: published.id,
    version: 1,
    title: published.title,
  });
  t.match(itemsOf(body, 'comments'), [{ body: 'Said by oneself.', status: 'rejected' }]);
  t.same(itemsOf(body, 'deprecated_calls'), [{ operation: 'callOldWay', day: '2026-11-20', calls: 3 }]);
  const kept = itemsOf(body, 'kept_answers').map(({ operation }) => String(operation));
  t.same(
    new Set(kept),
    new Set(['registerUser', 'createApiKey', 'restoreUser', 'unpublishPost', 'createPost', 'createComment']),
  );
});

t.test('sessions and links that are over are told as well', async (t) => {
  const person = await client.register();
  await service.mails.last(person.email);
  const [here, there] = [await client.login(person), await client.login(person)];
  const past = '2026-01-01T00:00:00.000Z';
  const over = db.updateTable('sessions').set({ expires_at: past }).where('user_id', '=', person.user.id);
  await over.where('id', '<>', String((await idOf(here)) ?? '')).execute();
  t.equal((await there.get('/auth/me')).status, 401);
  await db.updateTable('mail_tokens').set({ ended_at: past }).where('user_id', '=', person.user.id).execute();
  const { body } = await here.get<PersonalData>(PATH);
  t.same(
    itemsOf(body, 'sessions').map(({ expires_at }) => expires_at === past),
    [false, true],
  );
  t.match(itemsOf(body, 'sent_mails'), [{ ended_at: past }]);
});

/** The id of the session that somebody is in. */
async function idOf(who: typeof ada): Promise<unknown> {
  const { body } = await who.get<{ data: Item[] }>('/auth/sessions');
  return body.data.find(({ is_current }) => is_current)?.id;
}

t.test('of the audit log one gets what one did and what was done to one’s account', async (t) => {
  const { body } = await ada.get<PersonalData>(PATH);
  const entries = itemsOf(body, 'audit_log');
  const [own, others] = [entries.filter(({ is_own }) => is_own), entries.filter(({ is_own }) => !is_own)];
  t.same(new Set(actions(others)), new Set(['registerUser', 'restoreUser', 'updateUser']));
  for (const { ip, user_agent, request_id } of others)
    t.same({ ip, user_agent, request_id }, { ip: null, user_agent: null, request_id: null });
  t.match(
    own.find(({ action }) => action === 'listUsers'),
    { outcome: 'refused', problem_code: 'forbidden' },
  );
  t.match(own.at(-1), { action: 'login', ip: marks.ip, user_agent: marks.user_agent, changes: [] });
  const moved = others.find(({ action }) => action === 'updateUser');
  t.match(moved?.changes, [{ field: 'email', before: marks.formerEmail, after: marks.email }]);
  t.same(
    entries.map(({ occurred_at }) => occurred_at),
    entries
      .map(({ occurred_at }) => String(occurred_at))
      .sort()
      .reverse(),
    'the newest first',
  );
});

t.test('that it was handed out is in the audit log', async (t) => {
  const eve = await client.newUser();
  await eve.get(PATH);
  const { body } = await eve.get<PersonalData>(PATH);
  const told = { action: 'exportPersonalData', outcome: 'success', target_id: eve.user.id, is_own: true };
  t.match(itemsOf(body, 'audit_log'), [told, told]);
});

t.test('nothing in it is about somebody else, not even for an admin who has changed them', async (t) => {
  await admin.patch(`/users/${ada.user.id}`, { role: 'admin' });
  await ada.patch(`/users/${bob.user.id}`, { email: 'third@marks.example', full_name: 'Third Name' });
  const { text, body } = await ada.get<PersonalData>(PATH);
  t.notMatch(text, /other|203\.0\.113\.99|third@/);
  const change = itemsOf(body, 'audit_log').find(({ target_id }) => target_id === bob.user.id);
  t.match(change, { action: 'updateUser', is_own: true, changes: [] });
  t.notMatch(text, admin.user.id, 'nor who it was that changed one');
  t.equal((await admin.patch(`/users/${ada.user.id}`, { role: 'user' })).status, 200);
});

t.test('neither secrets nor their hashes are in it', async (t) => {
  const { text } = await ada.get(PATH);
  const { password_hash } = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', ada.user.id)
    .executeTakeFirstOrThrow();
  t.ok(password_hash);
  for (const secret of [String(password_hash), ada.tokens.refresh_token, String(ada.token)])
    t.notOk(text.includes(secret));
  t.notMatch(text, /argon2|hash|\\\\x|imp_/);
});

t.test('a document that is not whole, or has more than it should, does not fit its schema', async (t) => {
  const { body } = await ada.get<PersonalData>(PATH);
  const fits = validatorOf({ $ref: 'PersonalData#' });
  t.ok(fits(body));
  const { comments: _, ...less } = body;
  t.notOk(fits(less));
  t.notOk(fits({ ...body, secrets: [] }));
  t.notOk(fits({ ...body, comments: [{ body: 'only' }] }));
});

t.test('an account that did nothing gets a document with empty lists', async (t) => {
  const { body } = await (await client.newUser()).get<PersonalData>(PATH);
  t.same(itemsOf(body, 'comments'), []);
  t.same(itemsOf(body, 'kept_answers'), []);
});
