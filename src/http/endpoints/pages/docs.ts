import { hash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import redoc from 'redoc/package.json' with { type: 'json' };
import { html } from '../../../platform/html.ts';
import type { App } from '../../contract/operations.ts';
import { staticContent } from '../static-content.ts';

const BUNDLE = new URL(import.meta.resolve('redoc/bundles/redoc.standalone.js'));
const BUNDLE_PATH = `docs/redoc-${redoc.version}.js`;

/** The one thing Redoc would fetch from elsewhere, the logo beside its "API docs by", is replaced by its name. */
const LOGO = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(-full)?\.svg/g;
const OWN_LOGO =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='44' height='16'%3E%3Ctext y='12' font-family='sans-serif' font-size='12' fill='%233f7fff'%3ERedoc%3C/text%3E%3C/svg%3E";

// An external module, so that the policy needs no inline scripts. Telemetry is off, so that no data leaves the host.
const START = `import { init } from './redoc-${redoc.version}.js';
init('openapi.json', { disableTelemetry: true }, document.getElementById('reference'));
`;
const START_PATH = `docs/start-${hash('sha256', START, 'hex').slice(0, 12)}.js`;

/** The address says which version it is, so it never has to be asked for again (RFC 8246). */
const FOREVER = 'public, max-age=31536000, immutable';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const policy = (nonce: string) =>
  `default-src 'none'; script-src 'self'; style-src 'nonce-${nonce}'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Redoc reads the nonce for its styles from a `csp-nonce` meta element; without it the page stays blank. */
const docsPage = (nonce: string) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" nonce="${nonce}" content="${nonce}">
<title>Imprint: reference</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">body { margin: 0; }</style>
</head>
<body>
<div id="reference"></div>
<noscript>The reference needs JavaScript; the contract itself is at <a href="openapi.json">openapi.json</a>.</noscript>
<script type="module" src="${START_PATH}"></script>
</body>
</html>
`;

/** The reference for people, at `/docs`: Redoc from our own disk, under a content security policy without other sources. */
export async function docs(app: App): Promise<void> {
  const schema = { hide: true };
  app.get('/docs', { schema }, (_request, reply) => {
    const nonce = randomBytes(16).toString('base64url');
    return reply
      .header('content-security-policy', policy(nonce))
      .type('text/html; charset=utf-8')
      .send(docsPage(nonce).html);
  });

  const scripts = {
    [BUNDLE_PATH]: staticContent(JAVASCRIPT, async () =>
      (await readFile(BUNDLE, 'utf8')).replace(LOGO, OWN_LOGO),
    ),
    [START_PATH]: staticContent(JAVASCRIPT, async () => START),
  };
  for (const [path, answer] of Object.entries(scripts)) {
    app.get(`/${path}`, { schema }, (request, reply) =>
      answer(request, reply.header('cache-control', FOREVER)),
    );
  }
}
