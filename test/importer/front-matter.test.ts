import t from 'tap';
import { type Meta, parseObjectLiteral, splitFrontMatter } from '../../src/commands/import/front-matter.ts';

/** Tables as plain objects, for comparing. */
function plain(meta: Meta): unknown {
  if (meta instanceof Map) return Object.fromEntries([...meta].map(([key, value]) => [key, plain(value)]));
  return Array.isArray(meta) ? meta.map(plain) : meta;
}

function split(text: string) {
  const result = splitFrontMatter(text);
  return result.ok ? { meta: plain(result.meta), body: result.body } : result.reason;
}

t.test('YAML, TOML and JSON front matter are split from the body', async (t) => {
  const expected = { meta: { title: 'Hi: you', tags: ['a', 'b'] }, body: '\nBody\n' };
  t.strictSame(split('---\ntitle: "Hi: you"\ntags: [a, b]\n---\n\nBody\n'), expected);
  t.strictSame(split('---\ntitle: "Hi: you"\ntags:\n- a\n- b\n...\n\nBody\n'), expected, 'closed by dots');
  t.strictSame(split('+++\ntitle = "Hi: you"\ntags = ["a", "b"]\n+++\n\nBody\n'), expected);
  t.strictSame(split('{\n\t"title": "Hi: you",\n\t"tags": ["a", "b"]\n}\n\nBody\n'), expected);
});

t.test('a byte order mark, Windows line ends and blank lines above do not matter', async (t) => {
  const expected = { meta: { title: 'Hi' }, body: 'a\nb\n' };
  t.strictSame(split('\uFEFF---\r\ntitle: Hi\r\n---\r\na\r\nb\r\n'), expected);
  t.strictSame(split('\r\n+++ \r\ntitle = "Hi"\r\n+++\r\na\r\nb\r\n'), expected);
});

t.test('a file without front matter, or with an empty one, is all body', async (t) => {
  t.strictSame(split('# Hi\n\n---\n\nthere\n'), { meta: {}, body: '# Hi\n\n---\n\nthere\n' });
  t.strictSame(split('---\n---\nBody'), { meta: {}, body: 'Body' });
  t.strictSame(split('+++\n+++\nBody'), { meta: {}, body: 'Body' });
  t.strictSame(split(''), { meta: {}, body: '' });
});

t.test('values stay as they were written and keys have one spelling', async (t) => {
  t.strictSame(
    split('---\ntitle: 1.10\npublishedAt: 2014-03-01\nlast_modified-at: no\nempty:\nnone: ~\n---\n'),
    {
      meta: { title: '1.10', publishedat: '2014-03-01', lastmodifiedat: 'no', empty: '' },
      body: '',
    },
  );
  t.strictSame(
    split('+++\ndate = 2014-03-01T10:00:00+02:00\nday = 2014-03-01\ndraft = true\n[extra]\nn = 3\n+++\n'),
    {
      meta: { date: '2014-03-01T10:00:00.000+02:00', day: '2014-03-01', draft: 'true', extra: { n: '3' } },
      body: '',
    },
  );
});

t.test('broken front matter is reported with the line of the file', async (t) => {
  t.match(split('---\ntitle: Hi\nsub: "open\n---\nBody'), /^line [34]: broken YAML: /);
  t.match(split('\n---\ntitle: a: b\n---\n'), /^line 3: broken YAML: /);
  t.match(split('---\ntitle: a\ntitle: b\n---\n'), /^line 3: broken YAML: .*unique/);
  t.match(split('+++\na = 1\nb = \n+++\n'), /^line 3: broken TOML: /);
  t.match(split('{\n"a": 1,,\n}\n'), /^line 2: broken JSON: /);
  t.equal(split('---\ntitle: Hi\n\nBody'), 'line 1: the YAML front matter is never closed');
  t.equal(split('---\n- a\n- b\n---\n'), 'line 2: the YAML front matter is not a list of names and values');
});

t.test(
  'aliases that multiply and endless front matter are refused, and keys cannot reach a prototype',
  async (t) => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    t.match(split(`---\nl0: &l0 [x]\n${levels.join('\n')}\n---\n`), /^line 2: broken YAML: .*alias/);
    t.equal(split(`---\na: ${'x'.repeat(70_000)}\n---\n`), 'line 1: the YAML front matter is too long');
    split('---\n__proto__: { polluted: yes }\n---\n');
    t.notOk('polluted' in {});
  },
);

t.test('an object of plain values is read as Next sites export it', async (t) => {
  const result = parseObjectLiteral(`{\n  title: 'Hi',\n  tags: ["a", 'b'],\n  draft: false,\n}`);
  t.strictSame(result.ok && plain(result.meta), { title: 'Hi', tags: ['a', 'b'], draft: 'false' });
  t.equal(parseObjectLiteral(`{ title: 'a' + 'b' }`).ok, false);
});
