import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Database, Slice, Tx } from '../../platform/database/index.ts';
import { MAX_COUNTED, Searches } from '../../platform/database/searches.ts';
import type { Secrets } from '../../platform/keys.ts';
import { TotalsCache } from '../../platform/totals.ts';
import { isRead } from '../access/credentials.ts';
import { defineResponseHeader, onSuccess } from '../contract/headers.ts';
import { addHook, onOperation } from '../contract/operations.ts';
import { ConflictingParameters, InvalidCursor } from '../contract/problems.ts';
import { component, integer, listOf, nullable, ref, text } from '../contract/schema.ts';
import { Cursors } from '../wire/cursors.ts';

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
        description: `How many items the whole list has, up to a second old under load; null when read by cursor. What is searched for with \`q\` is counted up to ${MAX_COUNTED}.`,
        examples: [1],
      }),
    ),
    total_is_exact: Type.Unsafe<boolean | null>({
      type: ['boolean', 'null'],
      description:
        'Whether the whole list has exactly `total` items; false where it has more, since they are not counted further. Null when read by cursor.',
      examples: [true],
    }),
    pages: nullable(
      integer({
        description: 'How many pages `total` items take; null when read by cursor.',
        examples: [1],
      }),
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
  /** Called only when the list is read by page number, and kept for a second unless the list is searched. */
  total(): Promise<number>;
  /** Where counting may stop: `total` gives one more than that if there are more. */
  countedTo?: number;
  map(row: R): T;
}

declare module 'fastify' {
  interface FastifyInstance {
    cursors: Cursors;
    totals: TotalsCache;
    searches: Searches;
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
  async (app, options: { secrets: Secrets; database: Database }) => {
    const totals = new TotalsCache();
    app.decorate('cursors', new Cursors(options.secrets));
    app.decorate('totals', totals);
    app.decorate('searches', new Searches(options.database, app.config.DATABASE_POOL_SIZE));
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

/** What a request asks for of a list. */
interface Position {
  /** The list: its path and filters. */
  name: string;
  /** The number of the page; null where it is read by cursor. */
  number: number | null;
  slice: Slice;
}

/**
 * @throws {ConflictingParameters} where page and cursor are both given
 * @throws {InvalidCursor} where the cursor was not issued for this list
 */
function positionOf(request: FastifyRequest): Position {
  const { page, per_page, cursor } = request.query as PageQuery;
  if (page !== undefined && cursor !== undefined)
    throw new ConflictingParameters('Send `page` or `cursor`, not both.');
  const name = listKeyOf(request);
  const number = cursor === undefined ? (page ?? 1) : null;
  const slice = {
    limit: per_page + 1,
    offset: number === null ? 0 : (number - 1) * per_page,
    after: cursor === undefined ? null : request.server.cursors.decode(cursor, name),
  };
  return { name, number, slice };
}

interface Page<T> {
  data: T[];
  meta: PageMeta;
}

/**
 * Reads the page that a request asks for, and sets `Link: rel="next"` (RFC 8288).
 *
 * @throws {ConflictingParameters}
 * @throws {InvalidCursor}
 */
export async function answerPage<R, T>(
  request: FastifyRequest,
  reply: FastifyReply,
  list: List<R, T>,
): Promise<Page<T>> {
  const position = positionOf(request);
  const viewer = request.principal?.account.id ?? '';
  const [found, total] = await Promise.all([
    list.rows(position.slice),
    position.number === null
      ? null
      : request.server.totals.of(`${viewer} ${position.name}`, () => list.total()),
  ]);
  return pageFrom(request, reply, list, position, found, total);
}

/**
 * The same for a list that is searched for words of the caller: within the bounds of {@link Searches}, and with a total
 * that is counted after the rows, on the same connection.
 *
 * @param listIn the list in the transaction of the search
 * @param prepare does a part of what has to be done first, each part within the same bounds, and tells whether there is more
 * @throws {SearchUnavailableError}
 */
export async function answerSearch<R, T>(
  request: FastifyRequest,
  reply: FastifyReply,
  listIn: (tx: Tx) => Promise<List<R, T>>,
  prepare?: (tx: Tx) => Promise<boolean>,
): Promise<Page<T>> {
  const position = positionOf(request);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  while (prepare && (await request.server.searches.run(gone.signal, prepare)));
  return request.server.searches.run(gone.signal, async (tx) => {
    const list = await listIn(tx);
    const found = await list.rows(position.slice);
    const total = position.number === null ? null : await list.total();
    return pageFrom(request, reply, list, position, found, total);
  });
}

function pageFrom<R, T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { key, map, countedTo = Number.POSITIVE_INFINITY }: List<R, T>,
  { name, number }: Position,
  found: readonly R[],
  counted: number | null,
): Page<T> {
  const { per_page } = request.query as PageQuery;
  const onPage = found.slice(0, per_page);
  const last = onPage.at(-1);
  const next = found.length > per_page && last ? request.server.cursors.encode(key(last), name) : null;
  if (next !== null) {
    const url = new URL(request.url, 'http://localhost');
    url.searchParams.delete('page');
    url.searchParams.delete('cursor');
    if (number === null) url.searchParams.set('cursor', next);
    else url.searchParams.set('page', String(number + 1));
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  const total = counted === null ? null : Math.min(counted, countedTo);
  const pages = total === null ? null : Math.ceil(total / per_page);
  const total_is_exact = total === null ? null : total === counted;
  return {
    data: onPage.map(map),
    meta: { page: number, per_page, total, total_is_exact, pages, next_cursor: next },
  };
}
