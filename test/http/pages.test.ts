import t from 'tap';
import packageJson from '../../package.json' with { type: 'json' };
import { problemCatalogue } from '../../src/http/contract/problems.ts';
import { testApp } from '../support/app/app.ts';

const { app, client } = await testApp(t);
const { root } = client;

/** What a page may use, directive by directive. */
const policyOf = (header: string | undefined) =>
  new Map((header ?? '').split('; ').map((one) => [one.split(' ', 1)[0], one.split(' ').slice(1).join(' ')]));

t.test('the first page names the service and leads to the reference and the contract', async (t) => {
  const { status, headers, text } = await root.get('/');
  t.equal(status, 200);
  t.equal(headers['content-type'], 'text/html; charset=utf-8');
  for (const link of ['docs', 'openapi.json', 'openapi.yaml', 'health/ready'])
    t.match(text, `<a href="${link}"`);
  t.match(text, packageJson.version);
});

t.test('the first page has a request to copy, to the address that clients see', async (t) => {
  const { client: ours } = await testApp(t, { config: { PUBLIC_URL: 'https://blog.example.net/imprint' } });
  const { text } = await ours.root.get('/');
  t.match(text, "curl 'https://blog.example.net/imprint/api/v1/posts?per_page=3'");
});

t.test('every kind of problem has a page at the address that its type names', async (t) => {
  for (const { code, status, title } of problemCatalogue.values()) {
    const answer = await root.get(`/problems/${code}`);
    t.equal(answer.status, 200, code);
    t.ok(answer.text.includes(`<code>${code}</code> · status ${status}`), code);
    t.ok(answer.text.includes(`<h1>${title.replaceAll("'", '&#39;')}</h1>`), code);
  }
  const { body } = await root.get('/api/v1/posts/no-such-post');
  t.equal((await root.get(new URL(body.type).pathname)).status, 200);
});

t.test('the page of a problem lists the operations that answer with it, and leads to each', async (t) => {
  const { text } = await root.get('/problems/precondition_failed');
  t.match(text, '<a href="../docs#operation/updatePost"><code>updatePost</code></a>');
  t.match(text, 'PATCH /api/v1/posts/{post_ref}');
  t.notMatch(text, 'listPosts');
  t.match(text, '<dt><code>current_version</code></dt>', 'what it says beyond other problems');
  t.match((await root.get('/problems/route_not_found')).text, 'None in particular');
});

t.test('a code that does not exist is a problem of its own', async (t) => {
  const { status, body } = await root.get('/problems/%3Cscript%3E');
  t.equal(status, 404);
  t.equal(body.code, 'route_not_found');
});

t.test('the pages may use nothing but their own style', async (t) => {
  for (const path of ['/', '/problems/forbidden']) {
    const policy = policyOf((await root.get(path)).headers['content-security-policy']);
    t.equal(policy.get('default-src'), "'none'");
    t.match(policy.get('style-src'), /^'sha256-[\w+/]+=*'$/);
    t.notOk(policy.has('script-src'));
  }
});

t.test('the reference runs only our own scripts, and styles with the nonce of this answer', async (t) => {
  const { status, headers, text } = await root.get('/docs');
  t.equal(status, 200);
  const policy = policyOf(headers['content-security-policy']);
  const nonce = /^'nonce-([\w-]{22})'$/.exec(policy.get('style-src') ?? '')?.[1];
  t.match(text, `<meta property="csp-nonce" nonce="${nonce}" content="${nonce}">`);
  t.equal(policy.get('default-src'), "'none'");
  t.equal(policy.get('script-src'), "'self'");
  t.equal(policy.get('connect-src'), "'self'");
  t.notMatch(text, /https?:\/\//, 'nothing from elsewhere');
  t.not((await root.get('/docs')).headers['content-security-policy'], headers['content-security-policy']);
});

t.test('the scripts of the reference are served from here, compressed, and kept for ever', async (t) => {
  const { text } = await root.get('/docs');
  const start = /src="(docs\/start-\w+\.js)"/.exec(text)?.[1];
  const startScript = await app.inject(`/${start}`);
  t.equal(startScript.headers['content-type'], 'text/javascript; charset=utf-8');
  t.match(startScript.payload, 'disableTelemetry: true');
  const bundle = /from '.\/(redoc-[\d.]+\.js)'/.exec(startScript.payload)?.[1];

  const plain = await app.inject(`/docs/${bundle}`);
  const brotli = await app.inject({ url: `/docs/${bundle}`, headers: { 'accept-encoding': 'gzip, br' } });
  const gzip = await app.inject({ url: `/docs/${bundle}`, headers: { 'accept-encoding': 'gzip, br;q=0' } });
  t.equal(brotli.headers['content-encoding'], 'br');
  t.equal(gzip.headers['content-encoding'], 'gzip');
  t.equal(plain.headers['content-encoding'], undefined);
  t.ok(brotli.rawPayload.length < gzip.rawPayload.length);
  t.ok(gzip.rawPayload.length < plain.rawPayload.length / 3);
  t.notMatch(plain.payload, 'cdn.redoc.ly', 'the logo is ours');
  for (const answer of [startScript, plain, brotli]) {
    t.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
    t.match(answer.headers.vary, /accept-encoding/i);
  }
});
