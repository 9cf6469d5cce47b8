import { readFileSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import t from 'tap';
import { MORE_MAY_COME } from '../../../src/http/contract/schema.ts';
import type { Change } from '../../../src/tooling/contract/change.ts';
import {
  firstRelease,
  hasSection,
  withRelease,
  withUnreleased,
} from '../../../src/tooling/contract/changelog.ts';
import { faultsOf, RELEASED, versionFor } from '../../../src/tooling/contract/changes.ts';
import { parseJson } from '../../../src/tooling/json.ts';
import { compare, documentOf } from './compare.ts';

/** What a change of the contract asks of its version, and how the changelog tells it. */

const answer = (schema: object) => ({
  description: 'It was done.',
  content: { 'application/json': { schema } },
});
const getting = (operationId: string, name: string, more: object = {}) => ({
  get: {
    operationId,
    description: 'It reads.',
    responses: { 200: answer({ $ref: `#/components/schemas/${name}` }) },
    ...more,
  },
});
const thing = (more: object = {}) => ({ type: 'object', properties: { id: { type: 'string' }, ...more } });
const Released = Type.Object({
  info: Type.Object({ version: Type.String() }),
  paths: Type.Object({}),
  components: Type.Object({
    schemas: Type.Record(Type.String(), Type.Object({ description: Type.Optional(Type.String()) })),
  }),
});
const releasedDocument = parseJson(Released, readFileSync(RELEASED, 'utf8'));
const change = (kind: Change['kind'], text = '`it`'): Change => ({ kind, at: '', text });

t.test(
  'an operation may go once it was deprecated and its sunset has come, in a new major version',
  async (t) => {
    const gone = {
      '/current': getting('getCurrent', 'Thing'),
      '/deprecated': getting('getDeprecated', 'Thing', { deprecated: true, 'x-sunset': '2999-01-01' }),
      '/over': getting('getOver', 'Thing', { deprecated: true, 'x-sunset': '2020-01-01' }),
    };
    const stays = { '/stays': getting('getStaying', 'Thing') };
    const schemas = { Thing: thing() };
    const changes = compare(documentOf({ ...gone, ...stays }, schemas), documentOf(stays, schemas));
    t.same(
      changes.map(({ kind, text, tooSoon }) => [kind, text.split(':')[0], tooSoon ?? false]),
      [
        ['breaking', '`GET /current`', true],
        ['breaking', '`GET /deprecated`', true],
        ['breaking', '`GET /over`', false],
      ],
    );
    t.equal(faultsOf('1.4.2', '2.0.0', changes).length, 2, 'a major version does not excuse the first two');
    t.match(faultsOf('1.4.2', '2.0.0', changes)[0], /GET \/current.* has to be deprecated first/);
    const allowed = changes.filter(({ tooSoon }) => !tooSoon);
    t.match(faultsOf('1.4.2', '1.5.0', allowed), [/needs? the version 2\.0\.0 at least/]);
    t.same(faultsOf('1.4.2', '2.0.0', allowed), []);
  },
);

t.test('an enumeration of answers may grow where its description has said so', async (t) => {
  const codes = (description: string, values: string[]) => ({ type: 'string', description, enum: values });
  const document = (values: string[]) =>
    documentOf(
      { '/open': getting('getOpen', 'Open'), '/closed': getting('getClosed', 'Closed') },
      { Open: codes(`A code. ${MORE_MAY_COME}`, values), Closed: codes('A code.', values) },
    );
  t.same(
    compare(document(['a']), document(['a', 'b'])).map(({ kind, text }) => `${kind} ${text.split(':')[0]}`),
    ['breaking `Closed`', 'additive `Open`'],
  );
  const open = Object.entries(releasedDocument.components.schemas)
    .filter(([, { description }]) => description?.includes(MORE_MAY_COME))
    .map(([name]) => name);
  t.same(open, [
    'ApiKeyScope',
    'AuditTargetType',
    'FaultCode',
    'Locale',
    'MailPurpose',
    'ProblemCode',
    'SessionKind',
  ]);
});

t.test('a component that is called differently breaks the types of generated clients', async (t) => {
  const named = (name: string) => documentOf({ '/things': getting('getThing', name) }, { [name]: thing() });
  const kinds = (before: string, after: string) =>
    new Set(compare(named(before), named(after)).map(({ kind }) => kind));
  t.ok(kinds('Thing', 'Item').has('breaking'));
  t.notOk(kinds('AOrBProblem', 'AOrBOrCProblem').has('breaking'), 'but for names that are made of others');
  const two = (one: string, other: string) =>
    documentOf(
      { '/things': getting('getThing', one), '/others': getting('getOther', other) },
      { [one]: thing(), [other]: thing() },
    );
  const both = compare(two('Thing', 'Other'), two('Item', 'Another')).map(({ kind }) => kind);
  t.equal(both.filter((kind) => kind === 'breaking').length, 2);
});

t.test('a version says what its changes mean: major, minor or patch', async (t) => {
  const [breaking, additive, documentation] = [
    change('breaking'),
    change('additive'),
    change('documentation'),
  ];
  t.equal(versionFor('1.4.2', []), '1.4.2');
  t.equal(versionFor('1.4.2', [documentation]), '1.4.3');
  t.equal(versionFor('1.4.2', [documentation, additive]), '1.5.0');
  t.equal(versionFor('1.4.2', [additive, breaking]), '2.0.0');
  t.same(faultsOf('1.9.0', '1.10.0', [additive]), []);
  t.same(faultsOf('1.9.0', '1.9.0', []), []);
  for (const version of ['1.9.0', '1.9.9', '0.10.0'])
    t.match(faultsOf('1.9.0', version, [additive]), [/1\.10\.0 at least/], version);
});

t.test('a second version of an operation is told as an addition, in words for its callers', async (t) => {
  const before = documentOf({ '/api/v1/things': getting('getThing', 'Thing') }, { Thing: thing() });
  const after = documentOf(
    {
      '/api/v1/things': getting('getThing', 'Thing', { deprecated: true, 'x-sunset': '2999-01-01' }),
      '/api/v2/things': getting('getThingV2', 'ThingV2'),
    },
    { Thing: thing({ note: { type: 'string', maxLength: 10 } }), ThingV2: thing() },
    'Other cases.',
  );
  const changelog = withRelease(
    firstRelease('1.0.0', '2026-11-20', 9),
    '1.1.0',
    '2027-01-02',
    compare(before, after),
  );
  const [, head = '', first = ''] = changelog.split(/^(?=## )/m);
  t.equal(first, '## 1.0.0, 2026-11-20\n\nThe first release: 9 operations.\n');
  t.match(head, /^## 1\.1\.0, 2027-01-02\n\n### Compatible\n/);
  for (const line of [
    '- `GET /api/v1/things` is deprecated.',
    '- `GET /api/v2/things` was added.',
    '- `Thing.note` was added.',
    '- `ThingV2` was added.',
    '- Reworded: `GET /api/v1/things`, `info`.',
  ])
    t.ok(head.split('\n').includes(line), `${line}\n${head}`);
});

t.test('what is not released yet is one section at the top, written anew each time', async (t) => {
  const released = withRelease(firstRelease('1.0.0', '2026-11-20', 9), '1.1.0', '2027-01-02', [
    change('additive', 'a'),
  ]);
  t.equal(withUnreleased(released, []), released);
  const once = withUnreleased(released, [change('additive', 'b')]);
  t.match(once, /\n## Unreleased\n\n### Compatible\n\n- b\n\n## 1\.1\.0, /);
  t.equal(withUnreleased(once, [change('additive', 'b')]), once);
  t.equal(withUnreleased(once, []), released);
  t.equal(hasSection(once, '1.1.0'), true);
  t.equal(hasSection(once, '1.1'), false);
  const next = withRelease(once, '1.2.0', '2027-02-03', [change('additive', 'b')]);
  t.notMatch(next, /Unreleased/);
  t.same(
    [...next.matchAll(/^## (\S+),/gm)].map(([, version]) => version),
    ['1.2.0', '1.1.0', '1.0.0'],
  );
});

t.test('there is a released document to compare with', async (t) => {
  const { info, paths } = releasedDocument;
  t.match(info.version, /^\d+\.\d+\.\d+$/);
  t.ok(Object.keys(paths).length > 20);
});
