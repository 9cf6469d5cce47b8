import { createHash } from 'node:crypto';
import {
  createPost,
  isFreeSlug,
  type NewPostInput,
  rendered,
  replacePost,
} from '../../domains/posts/index.ts';
import {
  createAccount,
  findByEmail,
  type NewAccount,
  normaliseEmail,
  UsernameTaken,
  userFields,
} from '../../domains/users/index.ts';
import { type Actor, actingFor } from '../../platform/actor.ts';
import { Audit } from '../../platform/audit/index.ts';
import { type Account, atomically, type Db } from '../../platform/database/index.ts';
import type { MarkdownRenderer } from '../../platform/markdown/index.ts';
import type { ImportedAuthor } from './authors.ts';
import { findImport, rememberImport } from './import.queries.ts';
import type { ImportedPost } from './read-post.ts';
import { slugCandidates, toSlug } from './slug.ts';

/** The domain of placeholder addresses (RFC 2606), for accounts of authors without an address. */
const PLACEHOLDER_DOMAIN = 'imported.invalid';
const UNKNOWN_AUTHOR: ImportedAuthor = { name: 'Unknown author', email: null, username: null };

const { username: USERNAME, full_name: FULL_NAME } = userFields;
const IS_EMAIL = new RegExp(userFields.email('').pattern ?? '');
const IS_USERNAME = new RegExp(USERNAME.pattern ?? '');

export type Outcome = 'created' | 'updated' | 'unchanged';

/** The address of an author, or a placeholder address that is always the same for the same name. */
function addressOf({ name, email }: ImportedAuthor): string {
  const given = normaliseEmail(email ?? '');
  if (IS_EMAIL.test(given)) return given;
  const local = toSlug(name).slice(0, 60) || createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${local}@${PLACEHOLDER_DOMAIN}`;
}

/** The username of an author, if it is valid here; otherwise it is derived from the address. */
function usernameOf({ username }: ImportedAuthor): string | undefined {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = USERNAME;
  const fits = username && username.length >= minLength && username.length <= maxLength;
  return fits && IS_USERNAME.test(username) ? username : undefined;
}

/** Imports posts into the database and records the file of each. */
export class PostImporter {
  readonly #db: Db;
  readonly #actor: Actor;
  readonly #markdown: MarkdownRenderer;
  readonly #source: string;
  readonly #accounts = new Map<string, Account>();
  newAuthors = 0;

  /** @param source identifies the folder; the same at every import of it */
  constructor(db: Db, actor: Actor, markdown: MarkdownRenderer, source: string) {
    this.#db = db;
    this.#actor = actor;
    this.#markdown = markdown;
    this.#source = source;
  }

  /**
   * Creates the post, or updates the one that came from the same file, in one transaction. Accounts of its authors are
   * created before, and stay if the import of the post fails.
   */
  async take(post: ImportedPost): Promise<Outcome> {
    const path = `${this.#source}/${post.path}`;
    const content_hash = createHash('sha256').update(JSON.stringify(post)).digest('base64url');
    const known = await findImport(this.#db, path);
    if (known?.content_hash === content_hash) return 'unchanged';

    const [author, ...others] = post.authors.length > 0 ? post.authors : [UNKNOWN_AUTHOR];
    const account = await this.#accountOf(author ?? UNKNOWN_AUTHOR);
    for (const other of others) await this.#accountOf(other);

    const actor = actingFor(this.#actor, account);
    const input = await rendered<NewPostInput>(this.#markdown, {
      title: post.title,
      body: post.body,
      summary: post.summary,
      tags: post.tags,
      status: post.status,
      ...(post.status === 'published' && post.published_at && { publish_at: post.published_at }),
    });
    await atomically(this.#db, async (tx) => {
      if (known) {
        await replacePost(tx, actor, known.post_id, input);
        return rememberImport(tx, { path, post_id: known.post_id, content_hash });
      }
      const slug = await this.#freeSlug(tx, post);
      const created = await createPost(tx, actor, input, {
        slug,
        created_at: post.published_at,
        updated_at: post.updated_at ?? post.published_at,
      });
      await rememberImport(tx, { path, post_id: created.id, content_hash });
    });
    return known ? 'updated' : 'created';
  }

  async #freeSlug(db: Db, post: ImportedPost): Promise<string> {
    for (const slug of slugCandidates(post.path, post.slug)) if (await isFreeSlug(db, slug)) return slug;
    throw new Error('no slug is free'); // the candidates never end
  }

  /** The account of an author; a new one has no password, so that nobody can sign in until it is reset by mail. */
  async #accountOf(author: ImportedAuthor): Promise<Account> {
    const email = addressOf(author);
    const present = this.#accounts.get(email) ?? (await findByEmail(this.#db, email));
    const account = present ?? (await this.#createAccount(author, email));
    if (!present) this.newAuthors += 1;
    this.#accounts.set(email, account);
    return account;
  }

  async #createAccount(author: ImportedAuthor, email: string): Promise<Account> {
    const account = { email, full_name: [...author.name].slice(0, FULL_NAME.maxLength).join('') };
    const username = usernameOf(author);
    const create = (input: NewAccount) =>
      createAccount(this.#db, input, new Audit(this.#actor, { action: 'createUser', type: 'user' }));
    if (!username) return create(account);
    try {
      return await create({ ...account, username });
    } catch (error) {
      if (error instanceof UsernameTaken) return create(account);
      throw error;
    }
  }
}
