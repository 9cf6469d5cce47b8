import { hash } from 'node:crypto';
import { type Html, html } from '../../../platform/html.ts';

/** Text with `code` in backticks, as descriptions are written. */
export const inline = (text: string): Html[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));

const STYLE = `
:root { color-scheme: light dark; --quiet: light-dark(#5b6470, #9aa4b2); --line: light-dark(#d9dde3, #343b45); }
body { margin: 0; font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
p, li, dd { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
code { font: .9em ui-monospace, monospace; }
pre { margin: 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
ul { padding-left: 1.2rem; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); }
`;

/** The content security policy of a page made by {@link page}: its own style, and nothing is loaded. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** A page, for small screens and dark mode too. `base` is the relative path from the page to the root of the service. */
export function page(title: string, content: Html, base = ''): string {
  const links = html`<a href="${base}docs">Reference</a> · <a href="${base}openapi.json">OpenAPI</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<main>
${content}
<footer>Imprint · ${links}</footer>
</main>
</body>
</html>
`.html;
}
