import t from 'tap';
import {
  cutAtWord,
  plainText,
  renderMarkdown,
  sanitiseHtml,
  summarise,
} from '../../src/platform/markdown/render.ts';

/** Nothing but tags of the allow-list with quoted attributes of the allow-list; it knows nothing of the sanitiser. */
const HARMLESS =
  /^(?:[^<]|<\/?(?:a|abbr|b|blockquote|br|code|dd|del|details|div|dl|dt|em|h[1-6]|hr|i|img|ins|kbd|li|ol|p|pre|s|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul)(?: (?:title|alt|align|start|open|colspan|width|height|rel|class="language-[^"<>]*"|(?:href|src)="(?!\s*(?:javascript|data|vbscript|file):)[^"<>]*")(?:="[^"<>]*")?)*(?: ?\/)?>)*$/i;

const external = (href: string, text = href) => `<a href="${href}" rel="nofollow ugc noopener">${text}</a>`;

t.test('Markdown becomes HTML with tables, strikethrough, code and autolinks', async (t) => {
  t.equal(renderMarkdown('# Hi *you*'), '<h1>Hi <em>you</em></h1>\n');
  t.equal(renderMarkdown('~~old~~'), '<p><s>old</s></p>\n');
  t.equal(renderMarkdown('```ts\na<b\n```'), '<pre><code class="language-ts">a&lt;b\n</code></pre>\n');
  t.match(renderMarkdown('| a | b |\n|---|--:|\n| 1 | 2 |'), /<td>1<\/td>\n<td align="right">2<\/td>/);
  t.equal(renderMarkdown('see https://example.com/a.'), `<p>see ${external('https://example.com/a')}.</p>\n`);
  t.equal(renderMarkdown('run deploy.sh as git@host.org'), '<p>run deploy.sh as git@host.org</p>\n');
});

t.test('links to other sites lend them no ranking, links within the site are plain', async (t) => {
  t.equal(renderMarkdown('[a](https://e.com)'), `<p>${external('https://e.com', 'a')}</p>\n`);
  t.equal(renderMarkdown('[a](//e.com)'), `<p>${external('//e.com', 'a')}</p>\n`);
  t.equal(renderMarkdown('[a](/b#c)'), '<p><a href="/b#c">a</a></p>\n');
  t.equal(renderMarkdown('<me@e.com>'), '<p><a href="mailto:me@e.com">me@e.com</a></p>\n');
  t.equal(
    renderMarkdown('<a rel="opener" target="_blank" href="https://e.com">a</a>'),
    `<p>${external('https://e.com', 'a')}</p>\n`,
  );
});

t.test('raw HTML is kept as far as the allow-list goes, and always closed', async (t) => {
  t.equal(renderMarkdown('H<sub>2</sub>O'), '<p>H<sub>2</sub>O</p>\n');
  t.equal(renderMarkdown('<div><b>open'), '<div><b>open</b></div>');
  t.equal(renderMarkdown('a </p></div></main> b'), '<p>a </p> b<p></p>\n');
  t.equal(renderMarkdown('<h2 id="x" class="y" style="z">a</h2>'), '<h2>a</h2>');
  t.equal(renderMarkdown('<AlertBox title="!">\nkept\n</AlertBox>'), '\nkept\n');
  t.equal(
    renderMarkdown('<code class="language-js evil">a</code>'),
    '<p><code class="language-js">a</code></p>\n',
  );
});

t.test('addresses other than http, https, mailto and relative ones are not linked', async (t) => {
  for (const url of [
    'javascript:alert(1)',
    'JaVaScRiPt:x',
    'data:text/html,x',
    'vbscript:x',
    'irc://a',
    'file:///x',
  ]) {
    for (const source of [
      `[a](${url})`,
      `![a](${url})`,
      `<${url}>`,
      `[a]\n\n[a]: ${url}`,
      `<a href="${url}">a</a>`,
    ]) {
      t.notMatch(renderMarkdown(source), /(?:href|src)=/, source);
    }
  }
  t.equal(renderMarkdown('![a](data:image/png;base64,AAAA)'), '<p><img alt="a"></p>\n');
  t.notMatch(renderMarkdown(`[a](/${'x'.repeat(3000)})`), /href/, 'nor one that is far too long');
});

const ATTACKS = [
  '<script>alert(1)</script>',
  '<ScRiPt src=//e.com/x.js></sCrIpT >',
  '<scr<script>ipt>alert(1)</scr</script>ipt>',
  '<img src=x onerror=alert(1)>',
  '<img src="x` `<script>alert(1)</script>"` `>',
  '<img """><script>alert(1)</script>">',
  '<img/src="x"/onerror=alert(1)//',
  '<svg/onload=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
  '<svg><animate attributeName=href values=javascript:alert(1) /></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<math href="javascript:alert(1)">x</math>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  '<textarea></textarea/><img src=x onerror=alert(1)></textarea>',
  '<xmp><p title="</xmp><img src=x onerror=alert(1)>"></xmp>',
  '<title><a title="</title><img src=x onerror=alert(1)>"></title>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<iframe><img src=x onerror=alert(1)></iframe>',
  '<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">',
  '<base href="javascript:/a/"><meta http-equiv=refresh content="0;url=javascript:alert(1)"><link rel=stylesheet href=x>',
  '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x</button><input autofocus onfocus=alert(1)>',
  '<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary></details>',
  '<a href="java\tscript:alert(1)">x</a><a href="java&#10;script:alert(1)">x</a><a href="&#1;javascript:alert(1)">x</a>',
  '<a href="javascript&colon;alert(1)">x</a><a href="&#x6A&#x61vascript:alert(1)">x</a>',
  '<a href="java<!-- -->script:alert(1)">x</a>',
  '<p style="background:url(javascript:alert(1))" class="admin" id="config">x</p>',
  '<a name="getElementById" id="location">x</a><img name="cookie">',
  '<!--[if gte IE 4]><script>alert(1)</script><![endif]--><!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<script>alert(1)</script>]]><?php echo 1 ?><!DOCTYPE x [<!ENTITY y "z">]>',
  '[x](javascript&colon;alert(1)) [x](java\\\nscript:alert(1)) [x](<java\tscript:alert(1)>)',
  '[x](https://e.com "\\" onmouseover=alert(1)") ![x"onerror="alert(1)](https://e.com/"onerror="alert(1))',
  '[<img src=x onerror=alert(1)>](https://e.com)',
  '![<script>alert(1)</script>](x)',
  '```"><script>alert(1)</script>\nx\n```',
  '<https://e.com/"onmouseover="alert(1)>',
  'https://e.com/"onmouseover=alert(1)//<script>',
  '[a]: javascript:alert(1) "<script>"\n\n[a] ![a]',
  '| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|--|--|\n| <td onclick=alert(1)> | x |',
  '&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;',
  '<plaintext><img src=x onerror=alert(1)>',
  '<template><img src=x onerror=alert(1)></template><select><option><style></option></select><img src=x onerror=alert(1)>',
  '<b\u0000onclick=alert(1)>x</b><\u0000script>alert(1)</script>',
];

t.test('nothing that runs comes through, alone or nested in Markdown', async (t) => {
  for (const attack of ATTACKS) {
    for (const source of [attack, `> - ${attack}`, `text ${attack} *more*`, `<div>\n\n${attack}\n\n</div>`]) {
      t.match(renderMarkdown(source), HARMLESS, JSON.stringify(source));
    }
  }
});

const PIECES =
  '*|_|`|~~|[|](|)|!|\\|a|"|\'| |\n\n|\n|- |1. |# |> |    |```|&|&lt;|&#60;|https://|@|.|javascript:|data:|[a]|[a]: /b "t"\n'.split(
    '|',
  );

/** A small generator of its own (mulberry32), so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z ^= z + Math.imul(z ^ (z >>> 7), 61 | z);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

t.test('without raw HTML the sanitiser would change nothing, so leaving it out is safe', async (t) => {
  // The sanitiser writes quotes, void tags and empty attributes in another way, all of which mean the same.
  const alike = (html: string) =>
    html
      .replace(/&quot;/g, '"')
      .replace(/ \/>/g, '>')
      .replace(/=""/g, '');
  const sorted = (html: string) =>
    html.replace(
      /<(a|img|code) ([^>]*)>/g,
      (_, tag, list) =>
        `<${tag} ${[...String(list).matchAll(/[a-z]+(?:="[^"]*")?/g)].map(String).sort().join(' ')}>`,
    );
  const next = random(2026);
  for (let round = 0; round < 3000; round += 1) {
    const source = Array.from({ length: 30 }, () => PIECES[Math.floor(next() * PIECES.length)]).join('');
    const html = renderMarkdown(source);
    const sanitised = sanitiseHtml(html);
    if (alike(sorted(html)) !== alike(sorted(sanitised)) || !HARMLESS.test(html)) {
      t.equal(html, sanitised, JSON.stringify(source));
    }
  }
});

t.test('200,000 characters made to hurt take bounded time and give bounded output', async (t) => {
  const fill = (unit: string) => unit.repeat(Math.ceil(200_000 / unit.length)).slice(0, 200_000);
  const units = [
    '[',
    '![',
    '*',
    '*_',
    '`',
    '> ',
    '- ',
    '- a\n',
    '<',
    '<b>',
    '<div>\n\n',
    '<!--',
    '&',
    '|',
    'a|\n-|\n',
  ];
  const sources = [
    ...units,
    '*a **',
    '[a](',
    '[x][a]',
    'https://a.co ',
    'a@b.co ',
    '\\',
    '\n',
    '<a href="',
  ].map(fill);
  sources.push(
    `${'['.repeat(99_000)}x${']'.repeat(99_000)}`,
    `<a href="${'<!---->'.repeat(28_000)}">x</a>`,
    `[a]: /${'u'.repeat(100_000)}\n\n${'[a]'.repeat(33_000)}`,
    `[a]: /u "${'t'.repeat(1000)}"\n\n${'[a]'.repeat(66_000)}`,
  );
  for (const source of sources) {
    const start = process.cpuUsage();
    const html = renderMarkdown(source);
    summarise(html, 500);
    // A second or less of processor time where it was written; what it guards against is minutes.
    const { user } = process.cpuUsage(start);
    t.ok(user < 10_000_000, `${JSON.stringify(source.slice(0, 12))} takes no ten seconds`);
    t.ok(html.length < 5_000_000, `${JSON.stringify(source.slice(0, 12))} gives less than 5 MB`);
  }
});

t.test('a reference used often keeps working as long as it is not made to explode', async (t) => {
  const html = renderMarkdown(`[a]: https://example.com/${'u'.repeat(200)}\n\n${'[a] '.repeat(500)}`);
  t.equal(html.split('<a ').length - 1, 500);
});

t.test('the text of a post is one line without tags and entities', async (t) => {
  t.equal(plainText(renderMarkdown('# A & B\n\n*c*d <b>"e"</b>\n\n- f\n- g &lt;')), 'A & B cd "e" f g <');
});

t.test('a summary is the first prose, without headings, code and tables', async (t) => {
  const html = renderMarkdown('# Title\n\n```\ncode\n```\n\n|t|\n|-|\n\nFirst *one*.\n\n- item\n\nLast.');
  t.equal(summarise(html, 100), 'First one. item Last.');
  t.equal(summarise(html, 12), 'First one…');
  t.equal(summarise(renderMarkdown('# Only a heading'), 100), 'Only a heading');
  t.equal(summarise('', 100), '');
  t.equal(summarise(renderMarkdown('word '.repeat(30_000)), 100).length <= 100, true);
});

t.test('a text is cut at a word, never inside a character, and never longer than asked', async (t) => {
  t.equal(cutAtWord('short', 5), 'short');
  t.equal(cutAtWord('one two three', 8), 'one two…');
  t.equal(cutAtWord('one two, three', 10), 'one two…');
  t.equal(cutAtWord('漢字漢字漢字', 4), '漢字漢…');
  t.equal(cutAtWord('😀😀😀', 4), '😀…');
});

t.test('a text with more raw tags than any text has is shown as it was written', (t) => {
  const html = renderMarkdown('<b>*'.repeat(250_000));
  t.ok(html.startsWith('<p>&lt;b&gt;'));
  t.notMatch(html, /<b>/);
  t.equal(renderMarkdown('<b>bold</b> '.repeat(1000)).split('<b>').length - 1, 1000);
  t.end();
});

t.test('a text whose structure would make far more HTML of it is shown as it was written', (t) => {
  const html = renderMarkdown(`${'>'.repeat(32)}a\n\n`.repeat(27_000));
  t.ok(html.startsWith('<pre><code>&gt;&gt;'));
  t.ok(html.length < 8_000_000);
  t.equal(renderMarkdown('> quoted\n\n'.repeat(10)).split('<blockquote>').length - 1, 10);
  t.end();
});
