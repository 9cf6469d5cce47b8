// Measures every list of the contract, with each of its filters, at 1,000, 10,000 and 100,000 posts on PostgreSQL: how
// many blocks its statements read and how long they take, and how both grow. Lists and filters are those of the contract;
// one without a value here is an error.
//
// usage: lists.ts POSTGRES_URL [POSTS ...]
import { Type } from '@sinclair/typebox';
import type { CompiledQuery, LogEvent } from 'kysely';
import pg from 'pg';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import type { App, Operation } from '../../src/http/contract/operations.ts';
import { openCounters } from '../../src/platform/counters/index.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { newId } from '../../src/platform/ids.ts';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { createLog } from '../../src/platform/log.ts';
import { openMailer } from '../../src/platform/mail/index.ts';
import { cloneTemplate, urlOf } from '../../src/tooling/database-template.ts';
import { parseJson } from '../../src/tooling/json.ts';
import { addContent, addPeople, IDS } from './lists.fill.ts';

const [server, ...given] = process.argv.slice(2);
if (!server) throw new Error('usage: lists.ts POSTGRES_URL [POSTS ...]');
const sizes = given.length > 0 ? given.map(Number) : [1_000, 10_000, 100_000];

/** What the filters of the contract are set to: what little and what much fits. */
const VALUES: Record<string, readonly string[]> = {
  'listAuditLog actor_id': [IDS.author],
  'listAuditLog action': ['login', 'deleteUser'],
  'listAuditLog outcome': ['success', 'refused', 'failed'],
  'listAuditLog target_id': [IDS.author],
  'listAuditLog since': ['2010-01-01T10:00:00.000Z'],
  'listAuditLog until': ['2010-01-01T10:00:00.000Z'],
  'listCommentsForModeration status': ['pending', 'approved', 'rejected'],
  'listCommentsForModeration post_id': [IDS.post],
  'listCommentsForModeration author': ['author', IDS.author],
  'listMyPosts status': ['draft', 'scheduled', 'published', 'archived'],
  'listPosts tag': ['tag%201', 'tag%20500', 'tag%201&tag=tag%20500'],
  'listPosts author': ['author', IDS.author],
  'listPosts q': [
    'rarity',
    'common',
    'common%20-rarity',
    'rarity&sort=title',
    'common&sort=title',
    'rarity&status=draft',
  ],
  'listPosts status': ['draft', 'scheduled', 'published', 'archived'],
  'listPosts sort': ['-published_at', 'published_at', '-views', 'title'],
  'listComments parent_id': [IDS.post],
  'listTags q': ['tag%201', 'none'],
  'listTags sort': ['name', '-post_count'],
  'listUsers q': ['user1', 'nobody'],
  'listUsers role': ['user', 'moderator', 'admin'],
  'listUsers is_active': ['true', 'false'],
  'listUserPosts sort': ['-published_at', 'published_at', '-views', 'title'],
};
const ADMINS = ['listAuditLog', 'listCommentsForModeration', 'listUsers'];

const PAGE = Type.Object({
  meta: Type.Object({ next_cursor: Type.Union([Type.String(), Type.Null()]) }),
});

interface Cost {
  /** Blocks of 8 kB that a statement has looked at. */
  blocks: number;
  ms: number;
}

/** A request of a list. */
interface Case {
  name: string;
  path: string;
  who: keyof typeof IDS;
}

function casesOf({ id, url, schema }: Operation): Case[] {
  const { properties = {} } = schema.querystring as { properties?: Record<string, unknown> };
  const path = url.replace(':user_id', IDS.author).replace(/:post_(ref|id)/, IDS.post);
  const who = ADMINS.includes(id) ? 'admin' : 'author';
  const filters = Object.keys(properties).filter((name) => !['page', 'per_page', 'cursor'].includes(name));
  const filtered = filters.flatMap((filter) => {
    const values = VALUES[`${id} ${filter}`];
    if (!values) throw new Error(`${id} has a filter that is not measured: ${filter}`);
    return values.map(
      (value) => ({ name: `${id} ${filter}=${value}`, path: `${path}?${filter}=${value}`, who }) as const,
    );
  });
  const everyone = filtered.filter(({ name }) => name.startsWith('listPosts status'));
  return [
    { name: id, path: `${path}?`, who },
    { name: `${id} page=100`, path: `${path}?page=100`, who },
    ...filtered,
    ...everyone.map((one) => ({ ...one, name: `${one.name} (admin)`, who: 'admin' as const })),
  ];
}

const clone = await cloneTemplate(server);
const statements: CompiledQuery[] = [];
const onStatement = ({ query }: LogEvent) => void statements.push(query);
const config = { ...loadConfig({ APP_ENV: 'test', LOG_LEVEL: 'warn', RATE_LIMIT: 'off' }), PORT: 0 };
const log = createLog(config);
const database = openPostgres({ url: clone.url, poolSize: 6, onStatement }, log);
const { db } = database;
const mailer = openMailer(config, log);
const counters = await openCounters(config, log);
const app: App = await createApp(config, {
  database,
  mailer,
  counters,
  log,
  signingKey: generateSigningKey(),
});
/** As the owner of the tables, who may analyse them. */
const owner = new pg.Client({ connectionString: urlOf(new URL(clone.url).pathname.slice(1), server) });

/** What a statement costs when it is run once more, planned for its values; the better of two runs. */
async function costOf({ sql, parameters }: CompiledQuery): Promise<Cost> {
  const text = `explain (analyze, buffers, format json) ${sql}`;
  let best: Cost = { blocks: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY };
  for (let run = 0; run < 2; run++) {
    const { rows } = await owner.query(text, [...parameters]);
    const [plan] = rows[0]['QUERY PLAN'];
    const blocks = plan.Plan['Shared Hit Blocks'] + plan.Plan['Shared Read Blocks'];
    best = { blocks: Math.min(best.blocks, blocks), ms: Math.min(best.ms, plan['Execution Time']) };
  }
  return best;
}

const isTotal = ({ sql }: CompiledQuery) => /count\(\*\) as "total"/.test(sql);
const isOfList = ({ sql }: CompiledQuery) =>
  /\blimit\b/.test(sql) && !/\bset_config\b/.test(sql) && !isTotal({ sql } as CompiledQuery);

/** The cost of the rows of a page and of its total. */
async function costsOf(
  path: string,
  token: string,
): Promise<{ rows: Cost; total: Cost; next: string | null }> {
  app.totals.clear();
  statements.length = 0;
  const headers = { authorization: `Bearer ${token}` };
  const { statusCode, body } = await app.inject({ url: path, headers });
  if (statusCode !== 200) throw new Error(`${path}: ${body}`);
  const sum = async (all: CompiledQuery[]) => {
    const costs = [];
    for (const one of all) costs.push(await costOf(one));
    return costs.reduce((a, b) => ({ blocks: a.blocks + b.blocks, ms: a.ms + b.ms }), { blocks: 0, ms: 0 });
  };
  const made = [...statements];
  const { meta } = parseJson(PAGE, body);
  return {
    rows: await sum(made.filter(isOfList)),
    total: await sum(made.filter(isTotal)),
    next: meta.next_cursor,
  };
}

async function tokenOf(db: Db, user_id: string): Promise<string> {
  const sid = newId();
  const times = { expires_at: '2999-01-01T00:00:00.000Z', last_seen_at: new Date().toISOString() };
  await db
    .insertInto('sessions')
    .values({ id: sid, user_id, token_hash: Buffer.from(sid), ...times })
    .execute();
  return app.tokens.issue({ sub: user_id, sid });
}

type Row = Record<'rows' | 'total', Cost[]>;
const table = new Map<string, Row>();
const note = (name: string, kind: keyof Row, cost: Cost) => {
  const row = table.get(name) ?? { rows: [], total: [] };
  row[kind].push(cost);
  table.set(name, row);
};

try {
  await owner.connect();
  await app.ready();
  await addPeople(db);
  const tokens = { author: await tokenOf(db, IDS.author), admin: await tokenOf(db, IDS.admin), post: '' };
  const lists = app.operations.all.filter(
    ({ schema }) => 'cursor' in ((schema.querystring as { properties?: object })?.properties ?? {}),
  );
  for (const [place, size] of sizes.entries()) {
    // In parts, each of which is within the time that a statement may take.
    for (let from = sizes[place - 1] ?? 0; from < size; from += 10_000)
      await addContent(db, from, Math.min(size, from + 10_000));
    await owner.query('vacuum analyze');
    await app.inject({ url: '/api/v1/tags' }); // adds up what was counted
    for (const one of lists.flatMap(casesOf)) {
      const { rows, total, next } = await costsOf(one.path, tokens[one.who]);
      note(one.name, 'rows', rows);
      note(one.name, 'total', total);
      if (next === null) continue;
      const following = await costsOf(
        `${one.path.replace('page=100', '')}&cursor=${encodeURIComponent(next)}`,
        tokens[one.who],
      );
      note(`${one.name}, by cursor`, 'rows', following.rows);
    }
    console.error(`measured at ${size} posts`);
  }
  report();
} finally {
  await app.close();
  await mailer.close();
  await owner.end();
  await database.close();
  await clone.drop();
}

/** A line for each list: blocks at each size, their growth, and milliseconds at each size. */
function report(): void {
  const line = (...cells: string[]) =>
    console.log(cells.map((cell, n) => (n === 0 ? cell.padEnd(62) : cell.padStart(9))).join(''));
  line('blocks, growth, ms', ...sizes.map(String), 'growth', ...sizes.map(String));
  for (const kind of ['rows', 'total'] as const) {
    for (const [name, row] of table) {
      const costs = row[kind];
      const [first, last] = [costs[0], costs.at(-1)];
      if (costs.length < sizes.length || !first || !last || last.blocks === 0) continue;
      const growth = (last.blocks / Math.max(1, first.blocks)).toFixed(1);
      line(
        `${kind === 'total' ? 'total of ' : ''}${name}`
          .replaceAll(IDS.author, 'ID')
          .replaceAll(IDS.post, 'ID'),
        ...costs.map(({ blocks }) => String(blocks)),
        growth,
        ...costs.map(({ ms }) => ms.toFixed(1)),
      );
    }
  }
}
