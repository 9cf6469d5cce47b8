import { type RawBuilder, sql } from 'kysely';
import { type Db, type Params, prepared, type Slice, type Tx } from '../../../platform/database/index.ts';
import { MAX_COUNTED } from '../../../platform/database/searches.ts';
import { isId } from '../../../platform/ids.ts';
import { isPublished } from '../../../platform/visibility.queries.ts';
import { type SummaryRow, selectSummaries, tagNames } from '../posts.queries.ts';
import type { POST_STATUSES } from '../posts.schemas.ts';
import type { columnOf } from './lists.ranking.queries.ts';
import { MAX_RANKED, type PostSort } from './lists.schemas.ts';

/** How a list is ordered; by views, by those of a ranking. */
export type ListOrder = Exclude<PostSort, '-views'> | ReturnType<typeof columnOf>;

/** Lists of posts. A subquery selects the rows of a page, by an index if there is one; only these rows are joined. */

export interface PostFilters {
  /** Posts with any of these tags, by their ids. */
  tags?: readonly string[];
  /** The tags are on so many posts that a page is found sooner by looking through the posts in their order. */
  areCommon?: boolean;
  /** By id or username. */
  author?: string;
  q?: string;
  status?: (typeof POST_STATUSES)[number];
  /** Only posts of this account, in every status. Without an owner and without a status: published posts. */
  owner?: string;
  /** Posts of all accounts in the status, for admins. */
  everyone?: boolean;
}

interface Values {
  tags: readonly string[];
  author: string;
  q: string;
  owner: string;
  limit: number;
  offset: number;
  after: string | number;
  afterId: string;
}

const published = isPublished('p');

const BY_STATUS: Record<(typeof POST_STATUSES)[number], RawBuilder<boolean>> = {
  draft: sql`p.status = 'draft'`,
  scheduled: sql`p.status = 'published' and p.published_at > now()`,
  published,
  archived: sql`p.status = 'archived'`,
};

const searchQuery = (param: Params<Values>) => sql`websearch_to_tsquery('english', ${param('q')})`;

/**
 * Having any of the tags. Which way to a page is shorter is not left to the planner, which does not know how common the
 * tags of a prepared statement are: the `offset` keeps it from reading all posts of the tags first. To count, all are read.
 */
function tagged({ areCommon, isCounted }: Conditions, param: Params<Values>): RawBuilder<boolean> {
  const ofTags = sql`post_tags pt where pt.tag_id = any (${param('tags')}::uuid[])`;
  if (isCounted) return sql`p.id in (select pt.post_id from ${ofTags})`;
  return areCommon
    ? sql`exists (select from ${ofTags} and pt.post_id = p.id offset 0)`
    : sql`p.id = any (array(select pt.post_id from ${ofTags}))`;
}

/** What a list is filtered by, and whether for its total. */
type Conditions = PostFilters & { isCounted?: boolean };

/** The conditions of a list, as one expression over `posts p`. */
function conditions(filters: Conditions, param: Params<Values>): RawBuilder<boolean> {
  const all: RawBuilder<boolean>[] = [];
  if (filters.owner) all.push(sql`p.author_id = ${param('owner')}`);
  if (filters.status) all.push(sql`(${BY_STATUS[filters.status]})`);
  else if (!filters.owner && !filters.everyone) all.push(published);
  if (filters.author) {
    all.push(
      isId(filters.author)
        ? sql`p.author_id = ${param('author')}::uuid`
        : sql`p.author_id = (select id from users where lower(username) = lower(${param('author')}))`,
    );
  }
  if (filters.q) all.push(sql`p.search @@ ${searchQuery(param)}`);
  if (filters.tags) all.push(tagged(filters, param));
  return all.length > 0 ? sql<boolean>`${sql.join(all, sql` and `)}` : sql<boolean>`true`;
}

interface Order {
  key: RawBuilder<unknown>;
  type: RawBuilder<unknown>;
  descending: boolean;
}

/** The time of publishing; of what has none, that of its creation. Each form has an index. */
function publishedAtOf({ owner, everyone, status }: PostFilters): RawBuilder<unknown> {
  if ((!owner && !everyone) || status === 'published' || status === 'scheduled') return sql`p.published_at`;
  return status === 'draft' ? sql`p.created_at` : sql`coalesce(p.published_at, p.created_at)`;
}

function orderOf(sort: ListOrder, filters: PostFilters, param: Params<Values>): Order {
  const publishedAt = publishedAtOf(filters);
  switch (sort) {
    case '-published_at':
      return { key: publishedAt, type: sql`timestamptz`, descending: true };
    case 'published_at':
      return { key: publishedAt, type: sql`timestamptz`, descending: false };
    case '-created_at':
      return { key: sql`p.created_at`, type: sql`timestamptz`, descending: true };
    case 'even_views':
    case 'odd_views':
      return { key: sql`s.${sql.ref(sort)}`, type: sql`bigint`, descending: true };
    case 'title':
      return { key: sql`p.title`, type: sql`text`, descending: false };
    case 'relevance':
      return {
        key: sql`ts_rank(p.search, ${searchQuery(param)})::float8`,
        type: sql`float8`,
        descending: true,
      };
  }
}

/** Ranking reads the words of a post, so that of a common word only the newest matches are ranked. */
const newestMatches = (filters: PostFilters, param: Params<Values>) => {
  const newest = filters.owner || filters.everyone ? sql`p.created_at` : sql`p.published_at`;
  return sql`(
    select p.id, p.search from posts p where ${conditions(filters, param)}
    order by ${newest} desc, p.id desc limit ${sql.lit(MAX_RANKED)}) p where true`;
};

/** A row of a list; one of a list by views says in which ranking it stands. */
export type ListedRow = SummaryRow & { sort_key: string | number; ranking?: number };

function buildList(db: Db, filters: PostFilters, sort: ListOrder, keyed: boolean, param: Params<Values>) {
  const order = orderOf(sort, filters, param);
  const direction = order.descending ? sql`desc` : sql`asc`;
  const isByViews = sort === 'even_views' || sort === 'odd_views';
  const stats = isByViews ? sql`join post_stats s on s.post_id = p.id` : sql``;
  const id = isByViews ? sql`s.post_id` : sql`p.id`;
  const after = keyed
    ? sql`and (${order.key}, ${id}) ${order.descending ? sql`<` : sql`>`} (${param('after')}::${order.type}, ${param('afterId')}::uuid)`
    : sql``;
  const from =
    sort === 'relevance'
      ? newestMatches(filters, param)
      : sql`posts p ${stats} where ${conditions(filters, param)}`;
  const page = sql<{ id: string; sort_key: string | number }>`(
    select p.id, ${order.key} as sort_key from ${from} ${after}
    order by ${order.key} ${direction}, ${id} ${direction}
    limit ${param('limit')}::int offset ${param('offset')}::int)`.as<'page'>('page');
  return selectSummaries(db, tagNames)
    .innerJoin(page, 'page.id', 'p.id')
    .select('page.sort_key')
    .orderBy('page.sort_key', order.descending ? 'desc' : 'asc')
    .orderBy('p.id', order.descending ? 'desc' : 'asc');
}

function buildCount(db: Db, filters: PostFilters, param: Params<Values>) {
  let posts = db
    .selectFrom('posts as p')
    .select('p.id')
    .where(conditions({ ...filters, isCounted: true }, param));
  if (filters.q) posts = posts.limit(MAX_COUNTED + 1);
  return db.selectFrom(posts.as('p')).select((select) => select.fn.countAll<number>().as('total'));
}

/** One prepared statement for each combination of filters, built at its first use. There are few combinations. */
const lists = new Map<string, ReturnType<typeof prepared<Values, ListedRow>>>();
const counts = new Map<string, ReturnType<typeof prepared<Values, { total: number }>>>();

function statementKey({ tags, areCommon, author, q, status, owner, everyone }: PostFilters): string {
  const byName = author !== undefined && !isId(author);
  return [
    Boolean(tags),
    areCommon,
    author !== undefined,
    byName,
    q !== undefined,
    status,
    Boolean(owner),
    everyone,
  ].join();
}

/** Several `-` operators in a row: PostgreSQL nests them and fails at the 33rd. */
const WITHOUT = /(?<=^|[\s"!&|()<])-(?:[\s!&|()<]*-)+/g;
const asSearched = (q: string) => q.replace(WITHOUT, '-');

/**
 * Gives unpublished posts their search vectors, where they have none since they were written; those that are being written
 * are left out.
 *
 * @param owner only those of this account
 * @returns how many posts got one
 */
export async function addSearchVectors(tx: Tx, owner: string | undefined, limit: number): Promise<number> {
  const own = owner === undefined ? sql`true` : sql`author_id = ${owner}::uuid`;
  const { rows } = await sql`
    update posts set search = post_search(title, summary, body)
    where id in (
      select id from posts where search is null and ${own} order by author_id, id limit ${limit} for update skip locked)
    returning id`.execute(tx);
  return rows.length;
}

/** Whether whatever a search matches has some of its words: only then the index can be used. */
export async function hasIndexedWords(db: Db, q: string): Promise<boolean> {
  const { rows } = await sql<{ indexed: string }>`
    select querytree(websearch_to_tsquery('english', ${asSearched(q)})) as indexed`.execute(db);
  return rows[0]?.indexed !== 'T';
}

function valuesOf(filters: PostFilters, slice?: Slice): Values {
  return {
    tags: filters.tags ?? [],
    author: filters.author ?? '',
    q: asSearched(filters.q ?? ''),
    owner: filters.owner ?? '',
    limit: slice?.limit ?? 0,
    offset: slice?.offset ?? 0,
    after: slice?.after?.[0] ?? '',
    afterId: String(slice?.after?.[1] ?? ''),
  };
}

export async function listPosts(
  db: Db,
  filters: PostFilters,
  sort: ListOrder,
  slice: Slice,
): Promise<ListedRow[]> {
  const keyed = slice.after !== null;
  const form = `${statementKey(filters)} ${sort} ${keyed}`;
  let list = lists.get(form);
  if (!list) {
    list = prepared((db, param: Params<Values>) => buildList(db, filters, sort, keyed, param));
    lists.set(form, list);
  }
  return list(db, valuesOf(filters, slice));
}

export async function countPosts(db: Db, filters: PostFilters): Promise<number> {
  const form = statementKey(filters);
  let count = counts.get(form);
  if (!count) {
    count = prepared((db, param: Params<Values>) => buildCount(db, filters, param));
    counts.set(form, count);
  }
  const [row] = await count(db, valuesOf(filters));
  return row?.total ?? 0;
}
