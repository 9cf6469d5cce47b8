import { EXAMPLE_ID } from '../../../src/http/contract/schema.ts';
import type { Db } from '../../../src/platform/database/index.ts';

const id = EXAMPLE_ID;

/** Rows for what the examples in the schemas name, so that the sample request of a read finds something. */
export async function seedExamples(db: Db): Promise<void> {
  await db.insertInto('users').values({ id, email: 'example@example.com', username: 'example' }).execute();
  await db
    .insertInto('posts')
    .values({
      id,
      author_id: id,
      slug: 'the-contract-cannot-lie',
      title: 'The contract cannot lie',
      body: 'Everything in it has been seen to happen.',
      body_html: '<p>Everything in it has been seen to happen.</p>\n',
      status: 'published',
      published_at: '2026-01-01T00:00:00Z',
    })
    .execute();
  await db.insertInto('post_stats').values({ post_id: id }).execute();
  await db.insertInto('tags').values({ id, name: 'TypeScript', slug: 'typescript' }).execute();
  await db.insertInto('comments').values({ id, post_id: id, author_id: id, body: 'Well said.' }).execute();
}
