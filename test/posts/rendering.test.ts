import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { change, expected, newDraft, newPost, newTag, reread, walk } from './arrange.ts';

/** How Markdown is rendered in detail is tested in test/platform; here, that it reaches the answers. */

const { client, db } = await testApp(t);
const ada = await client.newUser();
const render = async (body: string) =>
  (await newDraft(ada, { body: `${body}\n\n${'filler '.repeat(4)}` })).body_html;

t.test('the text is rendered as Markdown', async (t) => {
  const body = [
    '# Head & shoulders',
    'Some *emphasis*, `a < b`, [a link](/about), ~~gone~~ and https://example.com/a?b=c&d=e.',
    '- one\n- two',
    '```ts\nconst a: Array<string> = [];\n```',
    '| left | right |\n|:-----|------:|\n| 1    | 2     |',
    'Some <b>HTML</b> &copy; <kbd>Esc</kbd>',
  ].join('\n\n');
  const { body_html } = await reread(ada, await newDraft(ada, { body }));
  for (const part of [
    '<h1>Head &amp; shoulders</h1>',
    '<em>emphasis</em>',
    '<code>a &lt; b</code>',
    '<a href="/about">a link</a>',
    '<s>gone</s>',
    '<a href="https://example.com/a?b=c&amp;d=e" rel="nofollow ugc noopener">',
    '<li>two</li>',
    '<code class="language-ts">const a: Array&lt;string&gt; = [];',
    '<td align="right">2</td>',
    '<b>HTML</b> © <kbd>Esc</kbd>',
  ])
    t.ok(body_html.includes(part), `${part} in ${body_html}`);
});

t.test('nothing that runs, frames or styles gets through', async (t) => {
  const attacks = [
    '<script>alert(1)</script>',
    '<SCRIPT SRC=//evil.example/x.js></SCRIPT>',
    '<img src=x onerror=alert(1)>',
    '<img src="x" onerror = "alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java&#115;cript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '[x](&#106;avascript:alert(1))',
    '[x](data:text/html;base64,PHNjcmlwdD4=)',
    '![x](vbscript:x)',
    '[x]\n\n[x]: javascript:alert(1)',
    '<javascript:alert(1)>',
    '<iframe src="https://evil.example"></iframe>',
    '<svg><script>alert(1)</script></svg>',
    '<svg/onload=alert(1)>',
    '<math><mtext></p><style><img src onerror=alert(1)>',
    '<style>*{display:none}</style>',
    '<p style="position:fixed">x</p>',
    '<form action="https://evil.example"><input name=password></form>',
    '<object data="x"></object><embed src="x"><base href="//evil.example"><meta http-equiv=refresh>',
    '<details open ontoggle=alert(1)>x</details>',
    '<b onmouseover="alert(1)">x</b>',
    '"><script>alert(1)</script>',
    '```"><script>alert(1)</script>\nx\n```',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<!--><img src=x onerror=alert(1)>-->',
    '<div id="app" class="admin" name="x">x</div>',
  ];
  for (const attack of attacks) {
    const html = await render(attack);
    const tags = html.match(/<[^>]*>/g) ?? [];
    for (const tag of tags) {
      t.notMatch(
        tag,
        /^<\/?(script|style|iframe|svg|math|form|input|object|embed|base|meta|noscript)/i,
        attack,
      );
      t.notMatch(tag, /\s(on\w+|style|id|name|class="(?!language-))/i, attack);
      t.notMatch(tag, /(javascript|vbscript|data):/i, attack);
    }
    t.notMatch(html, /<[^>]*$/, attack);
  }
});

t.test('it is rendered when it is written, not when it is read', async (t) => {
  const post = await newPost(ada, { body: 'It is *rendered* once and for all.' });
  const stored = await db
    .selectFrom('posts')
    .select('body_html')
    .where('id', '=', post.id)
    .executeTakeFirstOrThrow();
  t.equal(stored.body_html, '<p>It is <em>rendered</em> once and for all.</p>\n');
  await db.updateTable('posts').set({ body_html: '<p>As stored</p>' }).where('id', '=', post.id).execute();
  t.equal((await reread(client, post)).body_html, '<p>As stored</p>');
});

t.test('a change of the text renders it anew, and going back does too', async (t) => {
  const post = await newPost(ada, { body: 'It says *this* to begin with.' });
  const changed = await change(ada, post, { body: 'It says **that** from now on. <script>x</script>' });
  t.equal(changed.body_html.trim(), '<p>It says <strong>that</strong> from now on. </p>');
  const back = expected(200, await ada.post<typeof post>(`/posts/${post.id}/revisions/1/restore`));
  t.equal(back.body_html, post.body_html);
  t.equal((await change(ada, post, { title: 'Only the title' })).body_html, post.body_html);
});

t.test('lists do not carry the text', async (t) => {
  const tag = newTag();
  const post = await newPost(ada, { tags: [tag] });
  const [everyone, author, own] = [
    await walk(client, `/posts?tag=${tag}`),
    await walk(client, `/users/${ada.user.id}/posts?per_page=100`),
    await walk(ada, '/me/posts?per_page=100'),
  ];
  for (const posts of [everyone, author, own]) {
    t.ok(posts.some(({ id }) => id === post.id));
    for (const one of posts)
      t.same(
        Object.keys(one).filter((name) => name.startsWith('body')),
        [],
      );
  }
});
