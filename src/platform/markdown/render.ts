import MarkdownIt, { type Env, type StateCore, type Token } from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

/** Nested blocks and brackets; deeper ones are text or dropped. It bounds the renderer's work on `[[[[…`. */
const MAX_NESTING = 32;
/** Beginnings and ends of blocks in one source; 33 may stand for a single `>` thirty-two deep. */
const MAX_BLOCKS = 200_000;
/** Tags of raw HTML in one source; it bounds the sanitiser. */
const MAX_RAW_TAGS = 10_000;
/** Longer addresses are dropped. It also bounds the sanitiser, whose scheme check is quadratic in the address. */
const MAX_URL = 2048;
/** Characters that reference links (`[a]: address`, then `[a]` many times) may add to the output in all. */
const REFERENCE_BUDGET = 1_000_000;
/** Anyone may write a post, so no ranking is lent (ugc, nofollow); no opener for front ends that add a target. */
const EXTERNAL_REL = 'nofollow ugc noopener';

const TABLE_CELL = ['colspan', 'rowspan', { name: 'align', values: ['left', 'center', 'right'] }];

/** What raw HTML in a post may hold. No ids, names, styles, forms, frames, SVG or MathML; class on code only. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: (
    'a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure ' +
    'h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup ' +
    'table tbody td tfoot th thead time tr u ul var'
  ).split(' '),
  allowedAttributes: {
    a: ['href', 'title', 'rel'],
    abbr: ['title'],
    details: ['open'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    ol: ['start', 'reversed'],
    td: TABLE_CELL,
    th: TABLE_CELL,
    time: ['datetime'],
  },
  allowedClasses: { code: ['language-*'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  nestingLimit: 2 * MAX_NESTING,
  parseStyleAttributes: false,
  transformTags: {
    a: (tagName, { rel: _, href, ...rest }) => ({ tagName, attribs: { ...rest, ...linkTo(href) } }),
    img: (tagName, { src, ...rest }) => ({ tagName, attribs: { ...rest, ...(isSafe(src) && { src }) } }),
  },
};

/** True for http, https, mailto and relative addresses of 1 to 2,048 characters; nothing else may be linked. */
function isSafe(url: string | undefined): url is string {
  if (url === undefined || url === '' || url.length > MAX_URL) return false;
  return /^\s*(?:https?|mailto):/i.test(url) || !/^[^/?#]*:/.test(url);
}

/** The attributes of a link: none when its address is unsafe, `rel` only on links to other sites. */
function linkTo(href: string | undefined): Record<string, string> {
  if (!isSafe(href)) return {};
  return /^\s*(?:https?:|[/\\]{2})/i.test(href) ? { href, rel: EXTERNAL_REL } : { href };
}

/** Shows a source as it was written, where its structure would make far more HTML of it than it is long. */
function boundBlocks(state: StateCore): void {
  if (state.tokens.length <= MAX_BLOCKS) return;
  const token = new state.Token('code_block', 'code', 0);
  token.content = state.src;
  state.tokens = [token];
}

/** Drops reference definitions so long that repeating them could make the output explode. */
function boundReferences({ src, env }: StateCore): void {
  const references = Object.entries(env.references ?? {});
  if (references.length === 0) return;
  const most = REFERENCE_BUDGET / src.split(']').length;
  env.references = Object.fromEntries(references.filter(([, r]) => r.href.length + r.title.length <= most));
}

/** Applies the address rules to a link or an image that Markdown made. */
function hardenAddress(token: Token, name: 'href' | 'src'): void {
  const url = String(token.attrGet(name) ?? '');
  const others = (token.attrs ?? []).filter(([attribute]) => attribute !== name);
  const address = name === 'href' ? linkTo(url) : isSafe(url) ? { src: url } : {};
  token.attrs = [...Object.entries(address), ...others];
}

const countRawTags = (env: Env, html: string): void => {
  env.rawTags = (Number(env.rawTags) || 0) + html.split('<').length - 1;
};

/** Makes what Markdown itself wrote fit the allow-list, and counts the tags of raw HTML in the source. */
function harden({ tokens, env }: StateCore): void {
  for (const token of tokens) {
    if (token.type === 'html_block') countRawTags(env, token.content);
    // The alignment of a column comes as a style attribute, which a page with a strict CSP would not obey.
    const align = /^text-align:(left|center|right)$/.exec(String(token.attrGet('style')))?.[1];
    if (align !== undefined) token.attrs = [['align', align]];
    for (const child of token.children ?? []) {
      if (child.type === 'html_inline') countRawTags(env, child.content);
      if (child.type === 'link_open') hardenAddress(child, 'href');
      if (child.type === 'image') hardenAddress(child, 'src');
    }
  }
}

function createRenderer(html: boolean) {
  const renderer = new MarkdownIt({ html, linkify: true, maxNesting: MAX_NESTING });
  // Only addresses with a scheme become links by themselves: `deploy.sh` and `git@host` are not meant as links.
  renderer.linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add('ftp:', null).add('//', null);
  renderer.core.ruler.after('block', 'bound_blocks', boundBlocks);
  renderer.core.ruler.after('block', 'bound_references', boundReferences);
  renderer.core.ruler.push('harden', harden);
  return renderer;
}

const markdownIt = createRenderer(true);
const withoutHtml = createRenderer(false);

/**
 * CommonMark with tables, strikethrough and autolinks (GitHub's dialect) to HTML that is safe to put in a page.
 *
 * Raw HTML in the source goes through an allow-list sanitiser. Without any, the renderer's output is
 * already within that list (it escapes all text and writes a fixed set of tags; `harden` checks every
 * address), so the sanitiser, most of the cost, is left out; a test holds the two ways against each other.
 * Never throws. The sanitiser's time grows with the square of tags that are never closed, so a source with more raw tags
 * than any text has is shown as it was written.
 */
export function renderMarkdown(markdown: string): string {
  const env: Env = {};
  const html = markdownIt.render(markdown, env);
  const rawTags = Number(env.rawTags) || 0;
  if (rawTags > MAX_RAW_TAGS) return withoutHtml.render(markdown, {});
  return rawTags > 0 ? sanitiseHtml(html) : html;
}

/** The allow-list on its own: any HTML in, HTML that is safe to put in a page out, every tag closed. */
export function sanitiseHtml(html: string): string {
  return sanitizeHtml(html, ALLOWED);
}

const BLOCK_TAG =
  /<\/?(?:p|div|h[1-6r]|br|li|[uod]l|d[td]|t[drh]|table|thead|tbody|tfoot|caption|blockquote|pre|fig\w+|details|summary)\b[^>]*>/g;
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The text of HTML made by `renderMarkdown` (only that: it relies on its escaping), on one line. */
export function plainText(html: string): string {
  return html
    .replace(BLOCK_TAG, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

/** `text` if it has at most `max` UTF-16 units, else its beginning, cut at a word and ended by `…`, within `max`. */
export function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  const end = text.charAt(max - 1) === ' ' ? head.length : head.lastIndexOf(' ');
  // Text without spaces (Chinese, one long word) is cut where it stands, but never inside a surrogate pair.
  const kept = end > max / 2 ? head.slice(0, end) : head.replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.replace(/[\s,;:.–—-]+$/, '')}…`;
}

const NOT_PROSE = /<(h[1-6]|pre|table)\b[\s\S]*?(?:<\/\1>|$)/g;
/** How much HTML a summary is looked for in. */
const SUMMARY_WINDOW = 20_000;

/**
 * A plain summary, at most `max` UTF-16 units, of HTML made by `renderMarkdown`: its first text outside headings,
 * code and tables, or from anywhere when there is none. Empty for a post without any text.
 */
export function summarise(html: string, max: number): string {
  const start = html.length > SUMMARY_WINDOW ? html.slice(0, html.lastIndexOf('<', SUMMARY_WINDOW)) : html;
  const prose = plainText(start.replace(NOT_PROSE, ' '));
  return cutAtWord(prose === '' ? plainText(html) : prose, max);
}
