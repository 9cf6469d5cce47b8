import type { TSchema } from '@sinclair/typebox';
import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { MAX_PARAMETER_LENGTH } from '../../src/http/contract/operations.ts';
import { components } from '../../src/http/contract/schema.ts';
import { listening, testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';

const service = await testApp(t);
const { client } = service;
const ada = await client.newUser();
const change = (raw: string | Buffer, type = 'application/json') =>
  ada.request('PATCH', '/auth/me', { raw, headers: { 'content-type': type } });

t.test('NUL and halves of surrogate pairs are refused wherever they stand', async (t) => {
  const cases: [string, string][] = [
    [String.raw`{"full_name":"a\u0000b"}`, '/full_name'],
    [String.raw`{"full_name":"\ud800"}`, '/full_name'],
    [String.raw`{"full_name":"\udc00 low first \ud800"}`, '/full_name'],
    [String.raw`{"full_name":"\uD83D"}`, '/full_name'],
  ];
  for (const [raw, pointer] of cases) {
    const { status, body } = await change(raw);
    t.equal(status, 422, raw);
    t.match(body.errors, [{ pointer, code: 'invalid' }], raw);
  }
  for (const raw of [String.raw`{"a\u0000b":1}`, String.raw`{"ab":[{"er":"\u0000"}]}`]) {
    const { status, body } = await change(raw);
    t.equal(status, 422, raw);
    t.match(body.errors, [{ pointer: '/ab', code: 'unknown' }], 'what is unknown is not looked into');
  }
  const escaped = await client.post<User>('/auth/register', undefined, {
    raw: `{"email":"${newName()}@example.com","password":"${PASSWORD}","full_name":"\\ud83e\\udd8a \\\\u0000"}`,
  });
  t.equal(escaped.status, 201, 'a whole pair and an escaped escape are just text');
  t.equal(escaped.body.full_name, '🦊 \\u0000');
});

t.test('the contract says of every text that it takes no NUL', async (t) => {
  const texts: TSchema[] = [];
  const visit = (value: TSchema[string]): void => {
    if (typeof value !== 'object' || value === null) return;
    if ([value.type].flat().includes('string') && !value.enum) texts.push(value);
    else Object.values(value).forEach(visit);
  };
  visit([...components.values()]);
  visit(service.app.operations.all.map(({ schema }) => [schema.params, schema.querystring]));
  t.ok(texts.length > 100);
  const takesNul = texts.filter(({ pattern, format, examples: [example] }) => {
    if (format === 'date-time' || format === 'uri') return false; // their grammars have none
    const places = Array.from({ length: example.length + 1 }, (_, at) => at);
    return places.some((at) =>
      new RegExp(pattern, 'u').test(`${example.slice(0, at)}\0${example.slice(at)}`),
    );
  });
  t.same(
    takesNul.map(({ description, pattern }) => `${description} ${pattern}`),
    [],
  );
});

t.test('keys that reach for prototypes are refused', async (t) => {
  for (const raw of [
    '{"__proto__":{"role":"admin"}}',
    String.raw`{"\u005f_proto__":{"role":"admin"}}`,
    '{"full_name":"x","__proto__":null}',
    '{"constructor":{"prototype":{"role":"admin"}}}',
    '{"constructor":1}',
    '{"prototype":1}',
    '{"hasOwnProperty":1}',
    '{"toString":1}',
  ]) {
    const { status } = await change(raw);
    t.ok(status === 400 || status === 422, `${raw} -> ${status}`);
  }
  const { status } = await ada.get('/auth/sessions?__proto__=1&constructor=1');
  t.equal(status, 422);
});

t.test('deep nesting is refused', async (t) => {
  const depth = 50_000;
  const deep = [
    '['.repeat(depth) + ']'.repeat(depth),
    `{"full_name":${'['.repeat(depth)}${']'.repeat(depth)}}`,
    `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
    `{"full_name":${'['.repeat(depth)}"\\u0000"${']'.repeat(depth)}}`,
    '['.repeat(depth),
  ];
  for (const raw of deep) {
    const { status } = await change(raw);
    t.ok(status === 400 || status === 422, String(status));
  }
});

t.test('of tens of thousands of unknown properties not all are told', async (t) => {
  const many = Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${n}`, 1]));
  const { status, body } = await change(JSON.stringify(many));
  t.equal(status, 422);
  t.equal(body.errors?.length, 100);
});

t.test('numbers that cannot be kept exactly are refused', async (t) => {
  for (const number of ['1e400', '-1e400', '9007199254740993', '1e309', '20.5', 'NaN', 'Infinity', '0x']) {
    const { status } = await ada.get(`/auth/sessions?per_page=${number}`);
    t.equal(status, 422, number);
  }
  for (const raw of ['{"full_name":1e400}', '{"bio":123456789012345678901234567890}', '{"bio":NaN}']) {
    const { status } = await change(raw);
    t.ok(status === 400 || status === 422, `${raw} -> ${status}`);
  }
});

t.test(
  'numbers and truth values in a query are read as JSON writes them, and in no other spelling',
  async (t) => {
    for (const number of ['0x10', '0b11', '+5', '%205', '5%20', '1e1', '5.0', '007', '5_0', '']) {
      const { status, body } = await ada.get(`/auth/sessions?per_page=${number}`);
      t.equal(status, 422, number);
      t.match(body.errors, [{ pointer: '/query/per_page', code: 'type' }], number);
    }
    const admin = await client.asAdmin();
    for (const right of ['true', 'false'])
      t.equal((await admin.get(`/users?is_active=${right}`)).status, 200);
    for (const wrong of ['1', 'TRUE', 'yes', '', 'null']) {
      const { body } = await admin.get(`/users?is_active=${wrong}`);
      t.match(body.errors, [{ pointer: '/query/is_active', code: 'type' }], wrong);
    }
  },
);

t.test('of a key given twice the last counts, for the check as for the effect', async (t) => {
  const email = `${newName()}@example.com`;
  const raw = `{"email":"no address","password":"x","email":"${email}","password":"${PASSWORD}"}`;
  const { status, body } = await client.post<User>('/auth/register', undefined, { raw });
  t.equal(status, 201);
  t.equal(body.email, email);
  t.equal((await change('{"full_name":"x","full_name":7}')).status, 422);
});

t.test('whatever a content type looks like, the body is validated or refused', async (t) => {
  const types = [
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'application/json ; charset=utf-8',
    'APPLICATION/JSON',
    'application/json;',
    'application/json\t; x=y',
    'application/json, text/plain',
    'application/jsonx',
    'application/json/x',
    'application/json; application/xml',
    'application/*',
    '*/*',
    ' ',
    'text/html; application/json',
    'multipart/form-data; boundary=x',
  ];
  for (const type of types) {
    const { status } = await change('{"role":"admin"}', type);
    t.ok(status === 415 || status === 422 || status === 400, `${JSON.stringify(type)} -> ${status}`);
  }
  for (const type of [
    'application/json ; charset=utf-8',
    'APPLICATION/JSON',
    'application/merge-patch+json',
  ]) {
    const { status } = await change('{"full_name":null}', type);
    t.equal(status, 200, type);
  }
  ada.user = (await ada.get<User>('/auth/me')).body;
});

t.test('text that is not UTF-8 is refused; a byte order mark is not text', async (t) => {
  for (const raw of [
    Buffer.from('{"full_name":"\xe9"}', 'latin1'),
    Buffer.from('{"full_name":"é"}', 'utf16le'),
    Buffer.from([0x7b, 0x22, 0xc0, 0x80, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from('{"full_name":"\xed\xa0\x80"}', 'latin1'),
    '{"full_name":"a\u0000b"}',
    '{"full_name":"a\nb"}',
  ]) {
    t.equal((await change(raw)).status, 400, JSON.stringify(raw.toString('latin1')));
  }
  t.equal((await change('\ufeff{"role":"admin"}')).status, 422, 'read as JSON, and then validated');
});

t.test('no spelling of a path gets around a guard', async (t) => {
  const id = ada.user.id;
  const paths = [
    '/users/',
    '//users',
    '/users//',
    '/Users',
    '/./users',
    '/auth/../users',
    '/auth/..%2fusers',
    '/%2e%2e/v1/users',
    '/users%2f',
    '/users%00',
    '/users;x=1',
    '/users/.',
    '/users%20',
    `/users/${id}%2frestore`,
    `/users/${id}%00`,
    `/users/..%2f${id}`,
    '/users%3fq=1',
    '/users#x',
    '\\users',
  ];
  const socket = await listening(t, service);
  for (const path of paths) {
    for (const who of [socket, socket.as(ada)]) {
      const { status, text } = await who.get(path);
      t.ok([400, 401, 403, 404, 422].includes(status), `${path} -> ${status}`);
      t.notMatch(text, ada.email, path);
    }
  }
});

t.test('an address that cannot be read is 400, and one that is too long 414', async (t) => {
  for (const path of ['/users/%', '/users/%zz', '/users/%c3%28', '/%']) {
    const { status, body } = await client.get(path);
    t.equal(status, 400, path);
    t.equal(body.code, 'malformed_request', path);
  }
  const { status, body } = await client.get(`/users/${'x'.repeat(MAX_PARAMETER_LENGTH + 1)}`);
  t.equal(status, 414);
  t.equal(body.code, 'uri_too_long');
});

t.test(
  'the longest reference that the contract allows is looked for, whatever it is written with',
  async (t) => {
    for (const character of ['x', '-', '/', '?', 'é', '漢', '👾']) {
      const { status, body } = await ada.get(`/posts/${encodeURIComponent(character.repeat(200))}`);
      t.equal(status, 404, character);
      t.equal(body.code, 'post_not_found', character);
      const longer = await ada.get(`/posts/${encodeURIComponent(character.repeat(201))}`);
      t.ok(longer.status === 422 || longer.status === 414, `${character} ${longer.status}`);
    }
  },
);

t.test('an id that is none is refused with 422', async (t) => {
  for (const id of ['x', '1', ada.user.id.toUpperCase(), `${ada.user.id}0`, "'; drop table users --", '{}']) {
    const { status, body } = await client.get(`/users/${encodeURIComponent(id)}`);
    t.equal(status, 422, id);
    t.match(body.errors, [{ pointer: '/path/user_id' }], id);
  }
});

t.test('after all this the account is as it was', async (t) => {
  t.same((await ada.get<User>('/auth/me')).body, ada.user);
});
