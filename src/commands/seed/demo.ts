import { createComment } from '../../domains/comments/index.ts';
import { createPost, findReadablePost, type NewPostInput, rendered } from '../../domains/posts/index.ts';
import { acceptPassword, createAccount, findByEmail } from '../../domains/users/index.ts';
import { type AccountActor, type Actor, actingFor } from '../../platform/actor.ts';
import { Audit, changesBetween } from '../../platform/audit/index.ts';
import { type Account, atomically, type Db, type Tx } from '../../platform/database/index.ts';
import { type MarkdownRenderer, rendererHere } from '../../platform/markdown/index.ts';
import { DEMO_ACCOUNTS, DEMO_POSTS, type DemoComment, type DemoPerson, type DemoPost } from './content.ts';
import { hasAccounts, lockSeeding } from './seed.queries.ts';

/** What was put into the database. */
export interface Seeded {
  accounts: number;
  posts: number;
}

type People = Record<DemoPerson, AccountActor>;

const DAY = 86_400_000;

/**
 * Puts the demo content into the database, all of it or none. An account whose address is there, and a post whose slug is
 * there, stay as they are.
 *
 * @param actor who seeds
 * @param password of every demo account that is made
 * @param options.onlyIfEmpty do nothing where there is any account
 */
export async function seedDemo(
  db: Db,
  actor: Actor,
  password: string,
  options: { onlyIfEmpty?: boolean } = {},
): Promise<Seeded> {
  const password_hash = await acceptPassword(password);
  const markdown = rendererHere();
  return atomically(db, async (tx) => {
    await lockSeeding(tx);
    if (options.onlyIfEmpty && (await hasAccounts(tx))) return { accounts: 0, posts: 0 };
    const { people, made } = await ensurePeople(tx, actor, password_hash);
    let posts = 0;
    // The oldest first, so that ids and times are in the same order.
    for (const post of DEMO_POSTS.toSorted((a, b) => (b.daysAgo ?? 0) - (a.daysAgo ?? 0))) {
      if (await findReadablePost(tx, post.slug, people.admin)) continue;
      await addPost(tx, markdown, post, people);
      posts++;
    }
    if (made + posts > 0) await recordSeeding(tx, actor, { accounts: made, posts });
    return { accounts: made, posts };
  });
}

async function recordSeeding(tx: Tx, actor: Actor, seeded: Seeded): Promise<void> {
  const audit = new Audit(actor, { action: 'seedDemo', type: 'post' });
  await audit.around(tx, async () => {
    audit.changes = changesBetween(null, seeded, { values: ['accounts', 'posts'] });
  });
}

async function ensurePeople(
  tx: Tx,
  actor: Actor,
  password_hash: string,
): Promise<{ people: People; made: number }> {
  let made = 0;
  const ensure = async (person: DemoPerson): Promise<AccountActor> => {
    const wanted = DEMO_ACCOUNTS[person];
    const present: Account | undefined = await findByEmail(tx, wanted.email);
    if (present) return actingFor(actor, present);
    made++;
    const audit = new Audit(actor, { action: 'createUser', type: 'user' });
    return actingFor(actor, await createAccount(tx, { ...wanted, password_hash }, audit));
  };
  const people = {
    admin: await ensure('admin'),
    mara: await ensure('mara'),
    tomas: await ensure('tomas'),
    ines: await ensure('ines'),
    noor: await ensure('noor'),
  };
  return { people, made };
}

async function addPost(tx: Tx, markdown: MarkdownRenderer, post: DemoPost, people: People): Promise<void> {
  const { slug, title, summary, body, tags, daysAgo } = post;
  const time = new Date(Date.now() - (daysAgo ?? 0) * DAY).toISOString();
  const written = daysAgo !== undefined && daysAgo > 0 ? { created_at: time, updated_at: time } : {};
  const status = daysAgo === undefined ? 'draft' : daysAgo < 0 ? 'scheduled' : 'published';
  await createPost(
    tx,
    people[post.by],
    await rendered<NewPostInput>(markdown, {
      title,
      summary,
      body,
      tags: [...tags],
      status,
      ...(status !== 'draft' && { publish_at: time }),
    }),
    { slug, ...written },
  );
  for (const comment of post.comments ?? []) await addComment(tx, slug, comment, people);
}

async function addComment(
  tx: Tx,
  slug: string,
  comment: DemoComment,
  people: People,
  parentId?: string,
): Promise<void> {
  const { id } = await createComment(
    tx,
    people[comment.by],
    slug,
    { body: comment.body, ...(parentId && { parent_id: parentId }) },
    comment.isPending ? 'on' : 'off',
  );
  for (const answer of comment.answers ?? []) await addComment(tx, slug, answer, people, id);
}
