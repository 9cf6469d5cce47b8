import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import { MarkdownRenderer, TaskTooComplexError } from '../../src/platform/markdown/index.ts';
import { SlotsFullError } from '../../src/platform/slots.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, newDraft } from './arrange.ts';

/** Nested emphasis, which takes the renderer seconds. */
const COMPLEX = '*_'.repeat(250_000);

t.test('a text that takes too long to be rendered is refused, and nothing of it stays', async (t) => {
  const { client } = await testApp(t, { markdown: { cpuTime: 1 } });
  const ada = await client.newUser();
  const post = await newDraft(ada);

  const created = await ada.post('/posts', { title: 'Complex', body: COMPLEX });
  t.equal(created.status, 422);
  t.equal(created.body.code, 'markdown_too_complex');
  t.equal((await ada.get<{ data: unknown[] }>('/me/posts')).body.data.length, 1);

  const changed = await ada.patch(`/posts/${post.id}`, { body: COMPLEX }, { headers: { 'if-match': '*' } });
  t.equal(changed.status, 422);
  t.equal(changed.body.code, 'markdown_too_complex');
  t.match((await ada.get(`/posts/${post.id}`)).body, { version: 1, body: BODY });
});

t.test('going back to a revision whose HTML was not kept may be too complex as well', async (t) => {
  const { client, db } = await testApp(t, { markdown: { cpuTime: 1 } });
  const ada = await client.newUser();
  const post = await newDraft(ada);
  await ada.patch(`/posts/${post.id}`, { title: 'Another title' }, { headers: { 'if-match': '*' } });
  await db
    .updateTable('post_revisions')
    .set({ body: COMPLEX, body_html: null })
    .where('post_id', '=', post.id)
    .execute();
  const { status, body } = await ada.post(`/posts/${post.id}/revisions/1/restore`, undefined);
  t.equal(status, 422);
  t.equal(body.code, 'markdown_too_complex');
});

t.test('where too many texts wait to be rendered, the next one is asked to come back', async (t) => {
  const markdown = new MarkdownRenderer({ waiting: 1, small: 0 });
  t.teardown(() => markdown.close());
  const texts = Promise.allSettled(Array.from({ length: 8 }, () => markdown.render(COMPLEX)));
  await markdown.close();
  t.match((await texts).at(-1), { status: 'rejected', reason: SlotsFullError });
});

t.test('the event loop goes on while a long text is rendered', async (t) => {
  const markdown = new MarkdownRenderer({ cpuTime: 60_000 });
  t.teardown(() => markdown.close());
  let isDone = false;
  const html = markdown.render(COMPLEX).finally(() => {
    isDone = true;
  });
  let turns = 0;
  while (!isDone) {
    await turn();
    turns++;
  }
  t.ok((await html).startsWith('<p>'));
  t.ok(turns > 10, `${turns} turns of the event loop`);
});

t.test('a text as people write them does not wait for those that take seconds', async (t) => {
  const markdown = new MarkdownRenderer({ cpuTime: 60_000 });
  let areDone = false;
  const complex = Promise.all(Array.from({ length: 12 }, () => markdown.render(COMPLEX))).then(() => {
    areDone = true;
  });
  complex.catch(() => undefined); // those that are left when it is closed
  await markdown.render('word '.repeat(1000));
  t.notOk(areDone);
  await markdown.close();
});

/** How nice each thread of this process is to others: the 19th field, of which the second may hold spaces (proc(5)). */
const niceness = () =>
  readdirSync('/proc/self/task').map((id) => {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')')).split(' ')[17]);
  });

t.test(
  'a thread that renders lets those go first who ask for less',
  { skip: process.platform !== 'linux' && 'threads have no priority of their own here' },
  async (t) => {
    const markdown = new MarkdownRenderer();
    t.teardown(() => markdown.close());
    const before = niceness();
    await markdown.render('word '.repeat(1000));
    const nicer = niceness().filter((nice) => nice > Math.max(...before));
    t.equal(nicer.length, 1);
  },
);

t.test('a thread that was ended is replaced, and a short text needs none', async (t) => {
  const markdown = new MarkdownRenderer({ cpuTime: 100 });
  t.teardown(() => markdown.close());
  await t.rejects(markdown.render(COMPLEX), TaskTooComplexError);
  t.equal(await markdown.render('*short*'), '<p><em>short</em></p>\n');
  const long = `${'word '.repeat(1000)}`;
  t.equal(await markdown.render(long), `<p>${long.trim()}</p>\n`);
});
