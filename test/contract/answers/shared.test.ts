import t from 'tap';
import { newId } from '../../../src/platform/ids.ts';
import { testApp } from '../../support/app/app.ts';
import { partOf, sampleRequest, withQuery } from '../../support/contract/samples.ts';
import { lockedElsewhere } from '../../support/database/locked-elsewhere.ts';
import { seedExamples } from './example-rows.ts';

/** What holds for every operation that shares a concern, on rows that the samples name. */

const { app, client, db, database } = await testApp(t);
await seedExamples(db);
const admin = await client.newUser({ role: 'admin' });
const operations = app.operations.all;

t.test('every list refuses a cursor that it did not give out, and a cursor beside a page', async (t) => {
  const lists = operations.filter((one) => partOf(one, 'querystring')?.properties?.cursor);
  t.ok(lists.length > 2);
  for (const operation of lists) {
    const { path } = sampleRequest(operation);
    const forged = `${Buffer.from(JSON.stringify(['2020-01-01T00:00:00Z', newId()])).toString('base64url')}.c2lnbmVk`;
    for (const cursor of ['x', forged, "' or 1=1 --"]) {
      const { status, body } = await admin.root.get(withQuery(path, `cursor=${encodeURIComponent(cursor)}`));
      t.equal(status, 400, `${operation.id} ${cursor}`);
      t.equal(body.code, 'invalid_cursor', operation.id);
    }
    const { status, body } = await admin.root.get(withQuery(path, 'page=1&cursor=x'));
    t.equal(status, 400, operation.id);
    t.equal(body.code, 'conflicting_parameters', operation.id);
  }
});

t.test('every list has pages of 1 to 100 items, 20 where nothing is said', async (t) => {
  for (const operation of operations.filter((one) => partOf(one, 'querystring')?.properties?.cursor)) {
    const { path } = sampleRequest(operation);
    const get = (query: string) =>
      admin.root.get<{ data: object[]; meta: { per_page: number; page: number } }>(withQuery(path, query));
    const { status, body } = await get('page=1');
    t.equal(status, 200, operation.id);
    t.match(body.meta, { page: 1, per_page: 20 }, operation.id);
    for (const right of [1, 100]) t.equal((await get(`per_page=${right}`)).status, 200, operation.id);
    for (const wrong of ['0', '101', '-1', '1.5', '1e400', 'Infinity', 'x', ''])
      t.equal((await get(`per_page=${wrong}`)).status, 422, `${operation.id} per_page=${wrong}`);
    for (const wrong of ['0', '-1', '1e400', '99999999999999999999'])
      t.equal((await get(`page=${wrong}`)).status, 422, `${operation.id} page=${wrong}`);
  }
});

t.test('a request whose key is in use is answered 409 and has no effect', async (t) => {
  const { client: other } = await testApp(t, { resources: { database: lockedElsewhere(database) } });
  for (const operation of operations.filter(({ config }) => config.idempotent)) {
    const { method, path, options } = sampleRequest(operation);
    const headers = { ...options.headers, 'idempotency-key': newId() };
    const { status, body } = await other.as(admin).root.request(method, path, { ...options, headers });
    t.equal(status, 409, operation.id);
    t.equal(body.code, 'idempotency_key_in_use', operation.id);
  }
});
