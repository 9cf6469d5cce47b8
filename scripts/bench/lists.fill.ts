import { sql } from 'kysely';
import type { Db } from '../../src/platform/database/index.ts';

/** Content of a certain size: how many of everything there are follows from the number of posts. */

export const IDS = {
  author: '00000000-0000-7000-8000-000000000001',
  admin: '00000000-0000-7000-8000-000000000002',
  post: '00000000-0000-7000-8000-000000000003',
};

const id = (name: string) => sql`md5(${sql.lit(name)} || n)::uuid`;

/** The two accounts that ask. One of them has written a tenth of the posts, and all revisions are of one post. */
export async function addPeople(db: Db): Promise<void> {
  await sql`
    insert into users (id, email, username, role) values
    (${IDS.author}, 'author@example.com', 'author', 'user'), (${IDS.admin}, 'admin@example.com', 'admin', 'admin')`.execute(
    db,
  );
  await sql`
    insert into posts (id, author_id, slug, title, body, body_html, status, published_at)
    values (${IDS.post}, ${IDS.author}, 'the-post', 'The post', 'Much is said about it.', '', 'published', '2001-01-01')`.execute(
    db,
  );
  await sql`insert into post_stats (post_id) values (${IDS.post})`.execute(db);
}

/**
 * Adds posts from one number to another, and what belongs to so many: accounts, comments (a tenth of them on one post),
 * tags, audit entries, sessions and keys. Every post has a common word and one in five hundred a rare one.
 */
export async function addContent(db: Db, from: number, to: number): Promise<void> {
  const numbers = sql`generate_series(${from + 1}::int, ${to}::int) as n`;
  const time = sql`timestamptz '2010-01-01' + n * interval '1 minute'`;
  const steps = [
    sql`insert into users (id, email, username, full_name, role, is_active, created_at)
      select ${id('user')}, 'user' || n || '@example.com', 'user' || n, 'Name ' || md5(n::text),
        case n % 100 when 0 then 'moderator' else 'user' end, n % 50 <> 0, ${time} from ${numbers} where n % 5 = 0`,
    sql`insert into posts (id, author_id, slug, title, summary, body, body_html, status, published_at, created_at)
      select ${id('post')}, case n % 10 when 0 then ${IDS.author}::uuid else md5('user' || (n - n % 5 + 5 * (n % 5 > 0 and n < ${to})::int))::uuid end,
        'post-' || n, md5(n::text) || ' title', 'A summary', 'Words that are common ' || repeat(md5(n::text) || ' ', 20)
          || case n % 500 when 0 then ' rarity' else '' end, '',
        case when n % 20 = 0 then 'draft' when n % 50 = 1 then 'archived' else 'published' end,
        case when n % 20 = 0 then null when n % 100 = 2 then ${time} + interval '900 years' else ${time} end, ${time}
      from ${numbers}`,
    sql`insert into post_stats (post_id, views, even_views)
      select ${id('post')}, hashint4(n) & 65535, hashint4(n) & 65535 from ${numbers}`,
    sql`insert into tags (id, name, slug)
      select ${id('tag')}, 'tag ' || n, 'tag-' || n from ${numbers} where n % 100 = 0 or n <= 10`,
    sql`insert into post_tags (post_id, tag_id)
      select ${id('post')}, md5('tag' || (1 + n % 10))::uuid from ${numbers}`,
    sql`insert into post_tags (post_id, tag_id)
      select ${id('post')}, md5('tag' || (n - n % 100))::uuid from ${numbers} where n % 100 < 5 and n >= 100`,
    sql`insert into comments (id, post_id, parent_id, author_id, body, status, created_at)
      select ${id('comment')}, case n % 10 when 0 then ${IDS.post}::uuid else ${id('post')} end, null,
        case n % 10 when 1 then ${IDS.author}::uuid else md5('user' || (n - n % 5))::uuid end, 'A comment',
        case when n % 50 = 0 then 'pending' when n % 50 = 1 then 'rejected' else 'approved' end, ${time}
      from ${numbers} where n >= 5`,
    sql`insert into post_revisions (post_id, version, title, body, tags, created_at)
      select ${IDS.post}, n, 'Before', 'It was so.', '{}', ${time} from ${numbers} where n % 10 = 0`,
    sql`insert into audit_log (id, occurred_at, actor_id, action, outcome, target_type, target_id, ip, request_id)
      select ${id('entry')}, ${time}, case n % 10 when 0 then ${IDS.author}::uuid else ${id('user')} end,
        case n % 1000 when 0 then 'deleteUser' else 'login' end,
        case when n % 500 = 0 then 'failed' when n % 20 = 0 then 'refused' else 'success' end, 'user',
        case n % 10 when 1 then ${IDS.author}::uuid else ${id('user')} end, '127.0.0.1', 'bench' from ${numbers}`,
    sql`insert into sessions (id, user_id, token_hash, expires_at, created_at, last_seen_at)
      select ${id('session')}, ${IDS.author}, decode(md5(n::text), 'hex'), '2999-01-01', ${time}, ${time}
      from ${numbers} where n % 100 = 0`,
    sql`insert into api_keys (id, user_id, name, secret_hash, scopes, expires_at, created_at)
      select ${id('key')}, ${IDS.author}, 'key', ''::bytea, '{posts:read}', '2999-01-01', ${time}
      from ${numbers} where n % 100 = 0`,
  ];
  for (const step of steps) await step.execute(db);
}
