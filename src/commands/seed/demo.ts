import { createComment } from '../../domains/comments/index.ts';
import { createPost, findReadablePost, type NewPostInput, rendered } from '../../domains/posts/index.ts';
import { acceptPassword, createAccount, findByEmail } from '../../domains/users/index.ts';
import { type AccountActor, type Actor, actingFor } from '../../platform/actor.ts';
import { Audit, changesBetween } from '../../platform/audit/index.ts';
import { type Account, atomically, type Db, type Tx } from '../../platform/database/index.ts';
import { createInThreadRenderer, type MarkdownRenderer } from '../../platform/markdown/index.ts';
import { DEMO_ACCOUNTS, type DemoComment, type DemoPerson, type DemoPost } from './accounts.ts';
import { DEMO_POSTS } from './content.ts';
import { hasAccounts, lockSeeding } from './seed.queries.ts';

/** The numbers of rows that were created. */
export interface SeedResult {
  accounts: number;
  posts: number;
}

type DemoAccounts = Record<DemoPerson, AccountActor>;

const DAY = 86_400_000;

/**
 * Inserts the demo content in one transaction. Existing accounts (by address) and posts (by slug) do not change.
 *
 * @param actor who seeds
 * @param password of every created demo account
 * @param options.onlyIfEmpty do nothing if there is any account
 */
export async function seedDemo(
  db: Db,
  actor: Actor,
  password: string,
  options: { onlyIfEmpty?: boolean } = {},
): Promise<SeedResult> {
  const password_hash = await acceptPassword(password, {});
  const markdown = createInThreadRenderer();
  return atomically(db, async (tx) => {
    await lockSeeding(tx);
    if (options.onlyIfEmpty && (await hasAccounts(tx))) return { accounts: 0, posts: 0 };
    const { accounts, created } = await ensureAccounts(tx, actor, password_hash);
    let posts = 0;
    // The oldest first, so that ids and times are in the same order.
    for (const post of DEMO_POSTS.toSorted((a, b) => (b.daysAgo ?? 0) - (a.daysAgo ?? 0))) {
      if (await findReadablePost(tx, post.slug, accounts.admin)) continue;
      await addPost(tx, markdown, post, accounts);
      posts++;
    }
    if (created + posts > 0) await recordSeeding(tx, actor, { accounts: created, posts });
    return { accounts: created, posts };
  });
}

async function recordSeeding(tx: Tx, actor: Actor, seeded: SeedResult): Promise<void> {
  const audit = new Audit(actor, { action: 'seedDemo', type: 'post' });
  await audit.around(tx, async () => {
    audit.changes = changesBetween(null, seeded, { values: ['accounts', 'posts'] });
  });
}

async function ensureAccounts(
  tx: Tx,
  actor: Actor,
  password_hash: string,
): Promise<{ accounts: DemoAccounts; created: number }> {
  let created = 0;
  const ensure = async (person: DemoPerson): Promise<AccountActor> => {
    const wanted = DEMO_ACCOUNTS[person];
    const present: Account | undefined = await findByEmail(tx, wanted.email);
    if (present) return actingFor(actor, present);
    created++;
    const audit = new Audit(actor, { action: 'createUser', type: 'user' });
    return actingFor(actor, await createAccount(tx, { ...wanted, password_hash }, audit));
  };
  const accounts = {
    admin: await ensure('admin'),
    mara: await ensure('mara'),
    tomas: await ensure('tomas'),
    ines: await ensure('ines'),
    noor: await ensure('noor'),
  };
  return { accounts, created };
}

async function addPost(
  tx: Tx,
  markdown: MarkdownRenderer,
  post: DemoPost,
  accounts: DemoAccounts,
): Promise<void> {
  const { slug, title, summary, body, tags, daysAgo } = post;
  const time = new Date(Date.now() - (daysAgo ?? 0) * DAY).toISOString();
  const written = daysAgo !== undefined && daysAgo > 0 ? { created_at: time, updated_at: time } : {};
  const status = daysAgo === undefined ? 'draft' : daysAgo < 0 ? 'scheduled' : 'published';
  await createPost(
    tx,
    accounts[post.by],
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
  for (const comment of post.comments ?? []) await addComment(tx, slug, comment, accounts);
}

async function addComment(
  tx: Tx,
  slug: string,
  comment: DemoComment,
  accounts: DemoAccounts,
  parentId?: string,
): Promise<void> {
  const { id } = await createComment(
    tx,
    accounts[comment.by],
    slug,
    { body: comment.body, ...(parentId && { parent_id: parentId }) },
    comment.isPending ? 'on' : 'off',
  );
  for (const answer of comment.answers ?? []) await addComment(tx, slug, answer, accounts, id);
}
