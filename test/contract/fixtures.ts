import { EXAMPLE_ID } from '../../src/http/schema.ts';
import type { Db } from '../../src/platform/database/index.ts';

/** Rows for what the examples in the schemas name, so that the sample request of a read finds something. */
export async function seedExamples(db: Db): Promise<void> {
  await db
    .insertInto('users')
    .values({ id: EXAMPLE_ID, email: 'example@example.com', username: 'example' })
    .execute();
}
