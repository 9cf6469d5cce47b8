import { find, findText } from './fields.ts';
import type { Meta, MetaTable } from './front-matter.ts';

/** A person as front matter names one. `name` is never empty. */
export type ImportedAuthor = { name: string; email: string | null; username: string | null };

const AUTHOR_KEYS = [
  'authors',
  'author',
  'taxonomies.authors',
  'taxonomies.author',
  'extra.authors',
  'extra.author',
  'params.authors',
  'params.author',
];
const USERNAME_KEYS = ['username', 'login', 'handle', 'github', 'twitter', 'nickname'];
/** Authors are separated by commas, semicolons, "and" and "&"; `John Smith, Jr.` is one author. */
const AUTHOR_SEPARATOR =
  /\s*[,;](?!\s*(?:Jr|Sr|II|III|IV|Ph\.?D|M\.?D|Esq|Inc|LLC|Ltd|GmbH)\b)\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+/i;
const EMAIL = /[^\s<>()@,;:"]{1,64}@[^\s<>()@,;:"]{1,190}\.[^\s<>()@,;:".]{2,63}/;
/** `(@jane)`, `@jane`, `(github.com/jane)`, or `(jane-doe)`: bare in brackets, only what looks like a login. */
const USERNAME =
  /\(?@([\w.-]{1,64})\)?|\((?:https?:\/\/)?(?:github|twitter|x)\.com\/([\w-]{1,64})\/?\)|\(([a-z\d][a-z\d_-]{0,63})\)/;
/** No real list of authors is longer; it bounds the patterns above. */
const MAX_LENGTH = 2000;

/** The authors of a post in the order given, each person once. Empty when the front matter names none. */
export function readAuthors(meta: MetaTable): ImportedAuthor[] {
  const value = find(meta, ...AUTHOR_KEYS);
  const found = typeof value === 'string' ? value.slice(0, MAX_LENGTH).split(AUTHOR_SEPARATOR) : value;
  const authors = new Map<string, ImportedAuthor>();
  for (const item of Array.isArray(found) ? found : [found]) {
    const author = readAuthor(item);
    const key = author?.name.toLowerCase();
    if (author && key !== undefined && !authors.has(key)) authors.set(key, author);
  }
  return [...authors.values()];
}

function readAuthor(value: Meta | undefined): ImportedAuthor | undefined {
  if (typeof value === 'string') return parseAuthor(value.slice(0, MAX_LENGTH));
  if (!(value instanceof Map)) return undefined;
  const named = parseAuthor(findText(value, 'name', 'full_name') ?? '');
  const email = findText(value, 'email', 'mail')?.match(EMAIL)?.[0] ?? named?.email ?? null;
  const username =
    findText(value, ...USERNAME_KEYS)?.match(/([\w.-]{1,64})\/?$/)?.[1] ?? named?.username ?? null;
  const name = named?.name ?? username ?? email?.split('@')[0];
  return name === undefined ? undefined : { name, email, username };
}

/** `Jane Doe <jane@example.com> (@jane)`, in any part; `[Jane Doe](https://…)` is her name. */
function parseAuthor(text: string): ImportedAuthor | undefined {
  const unlinked = text.replace(/\[([^\]]*)\]\([^)]*\)/, '$1');
  const email = EMAIL.exec(unlinked)?.[0] ?? null;
  const rest = email === null ? unlinked : unlinked.replace(email, '');
  const match = USERNAME.exec(rest);
  const username = match?.slice(1).find((part) => part !== undefined) ?? null;
  const plain = rest.replace(match?.[0] ?? '', '').replace(/[<(]\s*[>)]/g, '');
  const name = plain.replace(/\s+/g, ' ').trim() || username || email?.split('@')[0];
  return name ? { name, email, username } : undefined;
}
