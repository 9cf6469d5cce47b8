import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Slice } from '../../platform/database/index.ts';
import type { Secrets } from '../../platform/keys.ts';
import { type Memoised, memoised } from '../../platform/memoised.ts';
import { isRead } from '../access/credentials.ts';
import { defineResponseHeader, onSuccess } from '../contract/headers.ts';
import { addHook, onOperation } from '../contract/operations.ts';
import { ConflictingParameters, InvalidCursor } from '../contract/problems.ts';
import { component, integer, listOf, nullable, ref, text } from '../contract/schema.ts';

/**
 * Lists are read by page number, with a total, or by cursor, without a total but stable while the list grows. The first
 * page gives a `next_cursor` too, with which reading by cursor begins.
 */

/** Room for the longest sort key, a title of 200 characters of four bytes each, and the signature. */
const MAX_CURSOR = 2000;

export const PageMeta = component(
  'PageMeta',
  {
    page: nullable(
      integer({
        minimum: 1,
        description: 'The number of this page; null when read by cursor.',
        examples: [1],
      }),
    ),
    per_page: integer({
      minimum: 1,
      maximum: 100,
      description: 'How many items a page holds at the most.',
      examples: [20],
    }),
    total: nullable(
      integer({
        description:
          'How many items the whole list has; null when read by cursor. It is exact, and under load may be up to a second old.',
        examples: [1],
      }),
    ),
    pages: nullable(
      integer({ description: 'How many pages the whole list has; null when read by cursor.', examples: [1] }),
    ),
    next_cursor: nullable(
      text({
        maxLength: MAX_CURSOR,
        description: 'The cursor of what follows this page; null at the end.',
        examples: ['eyJ2IjpbXX0.c2ln'],
      }),
    ),
  },
  { description: 'Where in the whole list a page stands.' },
);
export type PageMeta = Static<typeof PageMeta>;

/** The query parameters of every list; the defaults are those of the contract. */
export const pageQuery = {
  page: Type.Optional(
    integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Which page, from 1. Not together with `cursor`.',
      examples: [1],
    }),
  ),
  per_page: Type.Integer({
    format: 'int32',
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'How many items a page holds.',
    examples: [20],
  }),
  cursor: Type.Optional(
    text({
      maxLength: MAX_CURSOR,
      description: 'The `next_cursor` of the page before. Not together with `page`.',
      examples: ['eyJ2IjpbXX0.c2ln'],
    }),
  ),
};

/** A component for pages of a component. */
export function pageOf<T extends TSchema>(item: T, name: string, description: string) {
  const data = listOf(item, { maxItems: 100, description: 'The items of this page.' });
  return component(name, { data, meta: ref(PageMeta) }, { description });
}

export type PageQuery = { page?: number; per_page: number; cursor?: string };

/** The queries behind a list. */
export interface List<R, T> {
  /** The rows of a slice, which is one longer than the page, so that it shows whether there is a next one. */
  rows(slice: Slice): Promise<R[]>;
  /** The sort key of a row, which becomes the cursor. */
  key(row: R): readonly (string | number)[];
  /** Called only when the list is read by page number; cached for a second. */
  total(): Promise<number>;
  map(row: R): T;
}

/** Encodes and decodes cursors, which are signed and bound to one list. */
export class Cursors {
  readonly #secrets: Secrets;
  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  #sign(payload: string, list: string, secret: Buffer): string {
    const signature = createHmac('sha256', secret).update(`${list}\n${payload}`).digest();
    return signature.subarray(0, 16).toString('base64url');
  }

  encode(key: readonly (string | number)[], list: string): string {
    const payload = Buffer.from(JSON.stringify(key)).toString('base64url');
    return `${payload}.${this.#sign(payload, list, this.#secrets.current)}`;
  }

  /** @throws {InvalidCursor} for one that was not issued here, or was issued for another list */
  decode(cursor: string, list: string): readonly (string | number)[] {
    const [payload = '', signature = '', ...rest] = cursor.split('.');
    // Compared as text: the same bytes can be written in base64url in several ways.
    const given = Buffer.from(signature);
    const isRight = this.#secrets.all.some((secret) => {
      const right = Buffer.from(this.#sign(payload, list, secret));
      return given.length === right.length && timingSafeEqual(given, right);
    });
    if (rest.length > 0 || !isRight) throw new InvalidCursor();
    const key = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    if (!isSortKey(key)) throw new InvalidCursor();
    return key;
  }
}

const isSortKey = (key: unknown): key is (string | number)[] =>
  Array.isArray(key) && key.every((part) => typeof part === 'string' || typeof part === 'number');

/**
 * A cache of totals, a second each: counting costs more than everything else a list does. Any successful write in this
 * process clears it, so that a client sees its own write counted.
 */
export class TotalsCache {
  static readonly TTL = 1_000;
  static readonly MAX = 1_000;
  readonly #cached = new Map<string, { until: number; total: Memoised<number> }>();

  of(list: string, count: () => Promise<number>): Promise<number> {
    const now = performance.now();
    const cached = this.#cached.get(list);
    if (cached && cached.until > now) return cached.total();
    if (this.#cached.size >= TotalsCache.MAX) this.#cached.clear();
    const total = memoised(count);
    this.#cached.set(list, { until: now + TotalsCache.TTL, total });
    return total();
  }

  clear(): void {
    this.#cached.clear();
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    cursors: Cursors;
    totals: TotalsCache;
  }
}

const LINK = defineResponseHeader(
  'Link',
  text({
    maxLength: 4000,
    pattern: '^<[^>]*>; rel="next"$',
    description: 'Where the next page is, as rel="next" (RFC 8288); absent on the last one.',
    examples: ['</api/v1/posts?page=2>; rel="next"'],
  }),
);

export const pagination = fp(
  async (app, options: { secrets: Secrets }) => {
    const totals = new TotalsCache();
    app.decorate('cursors', new Cursors(options.secrets));
    app.decorate('totals', totals);
    onOperation(app, ({ method, contribution }, route) => {
      if (!isRead(method)) {
        addHook(route, 'onSend', (_request, reply, payload, done) => {
          if (reply.statusCode < 300) totals.clear();
          done(null, payload);
        });
      }
      const query = route.schema?.querystring as TObject | undefined;
      if (!query?.properties?.cursor) return;
      contribution.problems.add(InvalidCursor).add(ConflictingParameters);
      contribution.responseHeaders.set(LINK, onSuccess);
    });
  },
  { name: 'pagination', dependencies: ['access'] },
);

/** The key of a list: its path and filters, without the position. */
function listKeyOf(request: FastifyRequest): string {
  const {
    page: _page,
    per_page: _perPage,
    cursor: _cursor,
    ...filters
  } = request.query as Record<string, unknown>;
  const named = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([request.url.split('?', 1)[0], named]);
}

/**
 * Reads the page that a request asks for, and sets `Link: rel="next"` (RFC 8288).
 *
 * @throws {ConflictingParameters} where page and cursor are both given
 * @throws {InvalidCursor} where the cursor was not issued for this list
 */
export async function answerPage<R, T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { rows, key, total: count, map }: List<R, T>,
): Promise<{ data: T[]; meta: PageMeta }> {
  const { page, per_page, cursor } = request.query as PageQuery;
  if (page !== undefined && cursor !== undefined)
    throw new ConflictingParameters('Send `page` or `cursor`, not both.');
  const name = listKeyOf(request);
  const { cursors, totals } = request.server;
  const number = cursor === undefined ? (page ?? 1) : null;
  const slice: Slice = {
    limit: per_page + 1,
    offset: number === null ? 0 : (number - 1) * per_page,
    after: cursor === undefined ? null : cursors.decode(cursor, name),
  };
  const viewer = request.principal?.account.id ?? '';
  const [found, total] = await Promise.all([
    rows(slice),
    number === null ? null : totals.of(`${viewer} ${name}`, count),
  ]);
  const onPage = found.slice(0, per_page);
  const last = onPage.at(-1);
  const next = found.length > per_page && last ? cursors.encode(key(last), name) : null;
  if (next !== null) {
    const url = new URL(request.url, 'http://localhost');
    url.searchParams.delete('page');
    url.searchParams.delete('cursor');
    if (number === null) url.searchParams.set('cursor', next);
    else url.searchParams.set('page', String(number + 1));
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  const pages = total === null ? null : Math.ceil(total / per_page);
  return { data: onPage.map(map), meta: { page: number, per_page, total, pages, next_cursor: next } };
}
