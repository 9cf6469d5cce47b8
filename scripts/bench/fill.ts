import pg from 'pg';
import { migrateUp } from '../../src/platform/database/migrations.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { createLog } from '../../src/platform/log.ts';
import { renderMarkdown } from '../../src/platform/markdown/render.ts';

/** Fills a copy of the benchmark's database with the same accounts, posts, tags and comments, in Imprint's tables. */

const [url] = process.argv.slice(2);
if (!url) throw new Error('usage: fill.ts DATABASE_URL');

const client = new pg.Client({ connectionString: url });
await client.connect();
await client.query('alter schema public rename to source; create schema public');

const database = openPostgres({ url, poolSize: 2 }, createLog({ APP_ENV: 'test', LOG_LEVEL: 'warn' }));
await migrateUp(database);
await database.close();

// Every body is made of a few paragraphs, so each of them is rendered once.
const { rows } = await client.query<{ text: string }>(
  `select distinct text from source.posts, unnest(string_to_array(body, E'\\n\\n')) as text`,
);
const texts = rows.map((row) => row.text);
await client.query('create temp table rendered (text text primary key, html text)');
await client.query('insert into rendered select * from unnest($1::text[], $2::text[])', [
  texts,
  texts.map(renderMarkdown),
]);

const STEPS = [
  `insert into users (id, email, username, full_name, bio, password_hash, role, is_active, created_at, updated_at, deleted_at)
   select id, email, username, full_name, bio, password_hash, case role when 'admin' then 'admin' else 'user' end, is_active,
     created_at, updated_at, deleted_at from source.users`,
  `insert into posts (id, author_id, slug, title, summary, body, body_html, status, published_at, created_at, updated_at)
   select id, author_id, slug, title, summary, body,
     (select string_agg(html, '' order by place) from unnest(string_to_array(body, E'\\n\\n')) with ordinality as part (text, place)
      join rendered using (text)),
     status, published_at, created_at, updated_at from source.posts`,
  `insert into tags (id, name, slug) select md5('tag' || id)::uuid, name, name from source.tags`,
  `insert into post_tags (post_id, tag_id) select post_id, md5('tag' || tag_id)::uuid from source.post_tags`,
  `insert into post_stats (post_id, views, even_views, comment_count)
   select id, views, views, (select count(*) from source.comments c where c.post_id = p.id and c.status = 'approved') from source.posts p`,
  'alter table comments disable trigger user',
  `insert into comments (id, post_id, author_id, body, status, created_at, updated_at)
   select id, post_id, author_id, body, status, created_at, created_at from source.comments`,
  'alter table comments enable trigger user',
  'drop schema source cascade',
  'vacuum analyze',
  'checkpoint',
];
for (const step of STEPS) await client.query(step);
await client.end();
