import { sql } from 'kysely';
import { newComment } from '../../comments/arrange.ts';
import { change, newArchived, newDraft, newPost, newScheduled } from '../../posts/arrange.ts';
import { type Client, newName, PASSWORD, type SignedIn } from '../../support/client/client.ts';
import type { Known } from '../../support/contract/arbitraries.ts';
import type { TestDatabase } from '../../support/database/database.ts';

/**
 * A small fixture that every fuzzed request meets in the same state: accounts of each kind, posts in each status, comments,
 * tags, sessions. So a case means the same alone as after a thousand others.
 */

export const ACTORS = ['guest', 'user', 'author', 'moderator', 'admin'] as const;
export type Actor = (typeof ACTORS)[number];

export interface FuzzFixture {
  /** Clients with the token of each kind of caller; the guest has none. */
  actors: Record<Actor, Client>;
  /** Values that name what there is, by the name of the property or parameter that takes them. */
  known: Known;
  /** Puts everything back as it was, sessions included. */
  restore(): Promise<void>;
}

export async function makeFixture(
  client: Client,
  { db, owner }: Pick<TestDatabase, 'db' | 'owner'>,
): Promise<FuzzFixture> {
  const [user, author, moderator, admin] = [
    await client.newUser(),
    await client.newUser(),
    await client.asModerator(),
    await client.asAdmin(),
  ];
  const [deleted, disabled, erased] = [
    await client.newUser(),
    await client.newUser(),
    await client.newUser(),
  ];
  await admin.delete(`/users/${deleted.user.id}`);
  await admin.patch(`/users/${disabled.user.id}`, { is_active: false });
  await erased.delete('/auth/me');
  const elsewhere = await client.login(author);

  const tags = ['TypeScript', 'Ünïcode tag', '100% _wild\\'];
  const published = await newPost(author, { title: 'The first of the posts', tags });
  await change(author, published, { title: 'The first of the posts, again', summary: 'Changed.' });
  const posts = [
    published,
    await newPost(author, { title: 'Naïve café: 漢字 & more', tags: tags.slice(0, 1) }),
    await newDraft(author),
    await newScheduled(author),
    await newArchived(author),
    await newPost(user, { title: 'By somebody else' }),
  ];
  const comment = await newComment(user, published, 'Well said.');
  const answer = await newComment(author, published, 'Thank you.', comment);
  const rejected = await newComment(user, published, 'Buy this.');
  await moderator.post(`/comments/${rejected.id}/reject`);

  const people: SignedIn[] = [user, author, moderator, admin, deleted, disabled, erased];
  const names = people.map((person) => person.user.username);
  const ids = people.map((person) => person.user.id);
  const comments = [comment.id, answer.id, rejected.id];
  const tagRows = await db.selectFrom('tags').select(['id', 'name', 'slug']).orderBy('name').execute();
  const sessions = await db.selectFrom('sessions').select('id').orderBy('id').execute();
  const revisions = await author.get<{ data: { version: number }[] }>(`/posts/${published.id}/revisions`);
  const known: Known = {
    post_id: posts.map(({ id }) => id),
    post_ref: posts.flatMap(({ id, slug }) => [id, slug]),
    comment_id: comments,
    parent_id: comments,
    tag_id: tagRows.map(({ id }) => id),
    session_id: sessions.map(({ id }) => id),
    user_id: ids,
    author: [...ids, ...names],
    version: revisions.body.data.map(({ version }) => version),
    name: tags,
    username: [...names, ...names.map((name) => name.toUpperCase()), newName()],
    email: [...people.map(({ email }) => email), `${newName()}@example.com`],
    password: [PASSWORD, 'password'],
    current_password: [PASSWORD],
    new_password: [PASSWORD, 'password'],
    refresh_token: [author.tokens.refresh_token, elsewhere.tokens.refresh_token],
    q: ['first', '"the first" -again or post', names[0], '%', 'café'],
    tag: [tags, tags.slice(1), tagRows.map(({ slug }) => slug)],
    publish_at: ['2999-12-31T23:59:59.000Z', '2001-02-03T04:05:06+07:00'],
  };
  const restore = await keep(owner);
  return { actors: { guest: client.as(), user, author, moderator, admin }, known, restore };
}

/** As the owner of the tables: remembers what is in them, and gives what puts it back: a single statement, which takes about a millisecond. */
export async function keep(db: TestDatabase['owner']): Promise<() => Promise<void>> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'migrations%'`.execute(db);
  await sql`create schema kept`.execute(db);
  for (const { name } of rows)
    await sql`create table ${sql.table(`kept.${name}`)} as table ${sql.table(name)}`.execute(db);
  // Emptied with DELETE: on tables as small as these TRUNCATE takes ten times as long.
  const steps = rows.flatMap(({ name }) => [
    `delete from public."${name}";`,
    `insert into public."${name}" select * from kept."${name}";`,
  ]);
  // As a replica no trigger runs and no reference is followed, so that the rows come back as they were, in any order.
  await sql
    .raw(`
      create function kept.restore() returns void language plpgsql set session_replication_role = replica
      as $$ begin ${steps.join(' ')} end $$`)
    .execute(db);
  return async () => {
    await sql`select kept.restore()`.execute(db);
  };
}
