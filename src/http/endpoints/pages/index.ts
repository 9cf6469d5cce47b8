import type { FastifyReply } from 'fastify';
import packageJson from '../../../../package.json' with { type: 'json' };
import { html } from '../../../platform/html.ts';
import type { App, Operation } from '../../contract/operations.ts';
import { type AnyProblem, Problem, problemCatalogue, RouteNotFound } from '../../contract/problems.ts';
import { docs } from './docs.ts';
import { inline, PAGE_POLICY, page } from './html.ts';

const DAY = 86_400;
/** The home page shows the version, which changes with an update. */
const FIVE_MINUTES = 300;

const send = (reply: FastifyReply, body: string) =>
  reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(body);

/** The home page. `address` is the public one, so that the command can be copied. */
const homePage = (address: string) =>
  page(
    'Imprint',
    html`<h1>Imprint</h1>
<p class="quiet">Version ${packageJson.version}</p>
<p>A headless publishing service: accounts, posts, comments and tags behind one HTTP contract.</p>
<h2>Try it</h2>
<pre><code>curl '${address}/api/v1/posts?per_page=3'</code></pre>
<p>The <a href="docs#section/getting-started">next steps</a>: an account, a token, a post of your own.</p>
<h2>Look around</h2>
<ul>
<li><a href="docs">Reference</a>: guides and every operation, with examples</li>
<li><a href="openapi.json">openapi.json</a> and <a href="openapi.yaml">openapi.yaml</a>: the contract, for programs and for generators of clients</li>
<li><a href="health/ready">Readiness</a>: whether the service can take requests</li>
</ul>`,
  );

/** A link to an operation in the reference. */
function operationItem({ id, method, url }: Operation) {
  const place = `../docs#operation/${id}`;
  const path = url.replace(/:(\w+)/g, '{$1}');
  return html`<li><a href="${place}"><code>${id}</code></a> <span class="quiet">${String(method)} ${path}</span></li>`;
}

/** The page that the `type` of a problem leads to (RFC 9457, section 3.1.1). */
function problemPage(problem: AnyProblem, operations: readonly Operation[]): string {
  const { code, status, title, description, schema } = problem;
  const members = Object.entries(schema.properties).filter(([name]) => !(name in Problem.properties));
  const answering = operations.filter((one) => one.contribution.problems.has(problem));
  const more = html`<h2>What the answer says beyond the usual</h2>
<dl>${members.map(([name, member]) => html`<dt><code>${name}</code></dt><dd>${inline(member.description ?? '')}</dd>`)}</dl>`;
  const where = html`<ul>${answering.map(operationItem)}</ul>`;
  return page(
    `${title} · Imprint`,
    html`<p class="quiet">Problem <code>${code}</code> · status ${status}</p>
<h1>${title}</h1>
<p>${inline(description)}</p>
${members.length > 0 ? more : []}
<h2>Operations that answer with it</h2>
${answering.length > 0 ? where : html`<p>None in particular: it concerns requests that do not reach an operation.</p>`}`,
    '../../',
  );
}

/** Pages for people, outside the contract: the home page, the reference, and one about each problem. */
export async function pages(app: App): Promise<void> {
  const options = { schema: { hide: true }, config: { maxAge: DAY } };
  app.get('/', { ...options, config: { maxAge: FIVE_MINUTES } }, (_request, reply) =>
    send(reply, homePage(app.publicUrl())),
  );
  app.get<{ Params: { code: string } }>('/problems/:code', options, (request, reply) => {
    const problem = problemCatalogue.get(request.params.code);
    if (!problem) throw new RouteNotFound('There is no kind of problem with this code.');
    const byName = app.operations.all.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    return send(reply, problemPage(problem, byName));
  });
  await app.register(docs);
}
