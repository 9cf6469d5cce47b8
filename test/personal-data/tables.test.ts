import t from 'tap';
import { SECTIONS } from '../../src/domains/personal-data/personal-data.sections.ts';
import { components } from '../../src/http/contract/schema.ts';
import { testApp } from '../support/app/app.ts';
import { live, marksOf } from './arrange.ts';
import { placesOf, rowsAbout, TABLES, tableNames } from './tables.ts';

const service = await testApp(t);
const { client, db } = service;
const admin = await client.asAdmin();

t.test('of every table it is decided whether it is handed out, and where', async (t) => {
  t.same(Object.keys(TABLES).sort(), await tableNames(db));
  const lists = Object.keys(components.get('PersonalData')?.properties);
  const named = Object.values(TABLES).flatMap((place) => (typeof place === 'string' ? [] : place));
  t.same(new Set(named), new Set(lists.filter((name) => name !== 'exported_at')));
});

t.test('a table that names an account is handed out', async (t) => {
  const { person } = await live(service, admin, marksOf('whole', '203.0.113.5'));
  for (const [table, place] of Object.entries(TABLES)) {
    const found = await rowsAbout(db, table, person.user.id);
    if (typeof place === 'string') t.equal(found, 0, `${table} does not name it`);
  }
});

t.test('an erased account is named only by what is kept, for a reason', async (t) => {
  const { person } = await live(service, admin, marksOf('erased', '203.0.113.4'));
  const kept = new Set(['account', ...SECTIONS.filter((one) => one.kept !== null).map(({ name }) => name)]);
  const mayName = (place: readonly string[] | string) =>
    typeof place !== 'string' && place.some((list) => kept.has(list));
  t.equal((await person.delete('/auth/me')).status, 204);
  for (const [table, place] of Object.entries(TABLES)) {
    const found = await rowsAbout(db, table, person.user.id);
    if (!mayName(place)) t.equal(found, 0, table);
  }
  for (const { name, kept: reason } of SECTIONS) if (reason !== null) t.match(reason, /.{20}/, name);
});

t.test('the search of the whole database finds what is there', async (t) => {
  const { marks, person } = await live(service, admin, marksOf('found', '203.0.113.6'));
  t.same(await placesOf(db, marks.user_agent), ['audit_log.user_agent', 'sessions.user_agent']);
  t.same(await placesOf(db, marks.formerEmail), [
    'audit_log.changes',
    'idempotency_keys.answer',
    'mail_tokens.email',
  ]);
  t.same(await placesOf(db, marks.full_name), [
    'api_keys.name',
    'idempotency_keys.answer',
    'users.full_name',
  ]);
  const named = await placesOf(db, person.user.id);
  for (const place of ['sessions.user_id', 'idempotency_keys.answer', 'audit_log.target_id', 'users.id'])
    t.ok(named.includes(place), place);
});
