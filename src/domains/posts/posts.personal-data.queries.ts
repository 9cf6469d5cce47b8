import { sql } from 'kysely';
import type { Db, Slice } from '../../platform/database/index.ts';
import { type PostRow, selectPosts, tagNames } from './posts.queries.ts';

/** All posts of an account with their texts, the newest first. */
export function listWholePosts(db: Db, authorId: string, { after, limit }: Slice): Promise<PostRow[]> {
  let posts = selectPosts(db, tagNames).where('p.author_id', '=', authorId);
  if (after) {
    const [createdAt, id] = after;
    posts = posts.where(sql<boolean>`(p.created_at, p.id) < (${createdAt}::timestamptz, ${id}::uuid)`);
  }
  return posts.orderBy('p.created_at', 'desc').orderBy('p.id', 'desc').limit(limit).execute();
}

/** The revisions of all posts of an account, post by post. */
export function listRevisionsOf(db: Db, authorId: string, { after, limit }: Slice) {
  let revisions = db
    .selectFrom('posts as p')
    .innerJoin('post_revisions as r', 'r.post_id', 'p.id')
    .select(['r.post_id', 'r.version', 'r.title', 'r.summary', 'r.body', 'r.tags', 'r.created_at'])
    .select('p.created_at as post_created_at')
    .where('p.author_id', '=', authorId);
  if (after) {
    const [createdAt, id, version] = after;
    const post = sql`${createdAt}::timestamptz, ${id}::uuid`;
    revisions = revisions
      .where(sql<boolean>`(p.created_at, p.id) <= (${post})`) // a condition of its own, so that the index of posts is used
      .where(sql<boolean>`(p.created_at, p.id, r.version) < (${post}, ${version}::integer)`);
  }
  return revisions
    .orderBy('p.created_at', 'desc')
    .orderBy('p.id', 'desc')
    .orderBy('r.version', 'desc')
    .limit(limit)
    .execute();
}
