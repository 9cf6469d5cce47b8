import t from 'tap';
import { parse } from 'yaml';
import { TIERS } from '../../src/config/rate-limits.ts';
import { declaredStatuses } from '../../src/http/contract/declared-responses.ts';
import { problemCatalogue } from '../../src/http/contract/problems.ts';
import { testApp } from '../support/app/app.ts';

interface Schema {
  description?: string;
  $ref?: string;
  additionalProperties?: boolean;
  properties?: Record<string, Schema>;
}
interface DocumentedOperation {
  operationId: string;
  responses: Record<string, { $ref?: string; headers?: object; content?: object }>;
  security?: object[];
  'x-access'?: string;
  'x-scope'?: string | null;
  'x-rate-limit'?: object;
  'x-partner-origins'?: boolean;
}
interface Document {
  openapi: string;
  servers: { url: string }[];
  security: object[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema & { enum?: string[] }>; responses: Record<string, object> };
}

const { app, client } = await testApp(t);
const { root } = client;
const { body: document, headers } = await root.get<Document>('/openapi.json');
const documented = Object.values(document.paths).flatMap((item) => Object.values(item));

t.test('the contract is there as JSON and as YAML, and both say the same', async (t) => {
  t.equal(document.openapi, '3.1.1');
  t.strictSame(document, JSON.parse(JSON.stringify(await app.contract())));
  const yaml = await root.get('/openapi.yaml');
  t.equal(yaml.headers['content-type'], 'application/yaml; charset=utf-8');
  t.strictSame(parse(yaml.text), document);
});

t.test('what is sent may have no further properties, and what is answered may get some', async (t) => {
  const { schemas } = document.components;
  for (const name of ['CreatePost', 'UpdatePost', 'RegisterUser', 'Login'])
    t.equal(schemas[name]?.additionalProperties, false, name);
  for (const name of ['Post', 'PostV2', 'PostSummary', 'PostPage', 'PageMeta', 'TokenPair', 'User'])
    t.equal(schemas[name]?.additionalProperties, undefined, name);
});

t.test('it may be kept for five minutes, and answers 304 to whoever has it', async (t) => {
  t.equal(headers['cache-control'], 'public, max-age=300');
  t.equal(headers['content-type'], 'application/json; charset=utf-8');
  const etag = headers.etag ?? '';
  const again = await root.get('/openapi.json', { headers: { 'if-none-match': `"other", W/${etag}` } });
  t.equal(again.status, 304);
  t.equal(again.text, '');
  t.equal(again.headers.etag, etag);
  t.equal((await root.get('/openapi.json', { headers: { 'if-none-match': '"other"' } })).status, 200);
  t.equal((await root.head('/openapi.json')).headers.etag, etag);
});

t.test('it is compressed where the caller can read that', async (t) => {
  const { headers, rawPayload } = await app.inject({
    url: '/openapi.json',
    headers: { 'accept-encoding': 'br' },
  });
  t.equal(headers['content-encoding'], 'br');
  t.equal(headers['content-length'], String(rawPayload.length));
});

t.test('every operation says for programs who may call it, how often and from which pages', async (t) => {
  for (const { id, config } of app.operations.all) {
    const said = documented.find(({ operationId }) => operationId === id);
    t.equal(said?.['x-access'], config.access, id);
    t.equal(said?.['x-partner-origins'], config.cors === 'partners', id);
    const rate = config.limit !== 'none' && TIERS[config.limit];
    t.strictSame(said?.['x-rate-limit'], {
      tier: config.limit,
      ...(rate && { requests: rate.max, seconds: rate.window / 1000 }),
    });
  }
});

t.test('every operation is in it, with exactly the statuses it may answer with', async (t) => {
  t.equal(documented.length, app.operations.all.length);
  for (const operation of app.operations.all) {
    const found = documented.find((one) => one.operationId === operation.id);
    const statuses = [...declaredStatuses(operation)].map(String).sort();
    t.strictSame(Object.keys(found?.responses ?? {}).sort(), statuses, operation.id);
  }
});

t.test('an operation that anyone may call says so, and the others ask for a token', async (t) => {
  for (const { id, config } of app.operations.all) {
    const found = documented.find((one) => one.operationId === id);
    const { access, scope } = config;
    const needed = [{ bearer: [] }, { cookie: [] }, ...(scope ? [{ apiKey: [] }] : [])];
    const expected = access === 'public' ? [] : [...(access === 'visitor' ? [{}] : []), ...needed];
    t.strictSame(found?.security ?? document.security, expected, id);
    t.equal(found?.['x-scope'], scope ?? null, id);
  }
});

t.test('the codes of all problems are an enumeration in it', async (t) => {
  t.strictSame(document.components.schemas.ProblemCode?.enum, [...problemCatalogue.keys()].sort());
});

t.test('every property is described, there or where its schema is', async (t) => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    t.ok(schema.description, name);
    for (const [property, { description, ...rest }] of Object.entries(schema.properties ?? {}))
      t.ok(description ?? JSON.stringify(rest).includes('#/components/schemas/'), `${name}.${property}`);
  }
});

t.test('the address clients see is the first server', async (t) => {
  t.equal(document.servers[0]?.url, 'https://api.imprint.example');
  const { client: ours } = await testApp(t, { config: { PUBLIC_URL: 'https://blog.example.net/imprint' } });
  const { body } = await ours.root.get<Document>('/openapi.json');
  t.equal(body.servers[0]?.url, 'https://blog.example.net/imprint');
});
