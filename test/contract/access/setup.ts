import { sql } from 'kysely';
import type { Session } from '../../../src/domains/auth/sessions/sessions.schemas.ts';
import { hashToken, newMailToken } from '../../../src/domains/auth/tokens/tokens.opaque.ts';
import { SCOPES } from '../../../src/http/access/access.ts';
import type { Db, MailTokensTable } from '../../../src/platform/database/index.ts';
import { newKey } from '../../api-keys/arrange.ts';
import { newComment } from '../../comments/arrange.ts';
import { change, expected, newDraft, newPost } from '../../posts/arrange.ts';
import type { Client, SignedIn } from '../../support/client/client.ts';
import type { TestDatabase } from '../../support/database/database.ts';
import { keep } from '../fuzz/fixture.ts';
import type { Caller, Thing } from './callers.ts';

/** What belongs to one account, the owner, and everyone who may try to get at it. */

export interface AccessSetup {
  owner: SignedIn;
  admin: Client;
  /** A plain account that nothing is tried with. */
  bystander: string;
  /** What the owner is known by. */
  reach: Record<'token' | 'cookie' | 'key', Client>;
  callers: Caller[];
  /** What fills the parameters of paths: an open thing of the owner, or one that is closed to others. */
  params: Record<Thing, Record<string, string>>;
  /** What opens something for whoever sends it. */
  secrets: Record<'refresh_token' | MailTokensTable['purpose'], string>;
  /** What nobody may be told but the owner and admins; `moderated` is for moderators, too. */
  told: { never: string[]; moderated: string };
  restore(): Promise<void>;
}

const NOBODY = { role: 'user', isOwner: false, isOver: false, isForeign: false, scopes: [] } as const;
const OWNED = { ...NOBODY, isOwner: true };
const ADMIN = { ...NOBODY, role: 'admin' } as const;
/** Would be let in nearly everywhere if it still counted. */
const OVER = { ...ADMIN, isOver: true, account: null } as const;

async function newMailLink(db: Db, { user, email }: SignedIn, purpose: MailTokensTable['purpose']) {
  const token = newMailToken();
  const expires_at = sql<string>`now() + interval '10 minutes'`;
  const row = { token_hash: hashToken(token), user_id: user.id, purpose, email, expires_at };
  await db.insertInto('mail_tokens').values(row).execute();
  return token;
}

const expireSessions = (db: Db, ids: string[]) =>
  db
    .updateTable('sessions')
    .set({ expires_at: sql`now() - interval '1 second'` })
    .where('id', 'in', ids)
    .execute();

/** The id of the session that somebody asks with. */
export async function currentSession(who: Client): Promise<string> {
  const { data } = expected(200, await who.get<{ data: Session[] }>('/auth/sessions'));
  const current = data.find(({ is_current }) => is_current);
  if (!current) throw new Error('there is no session');
  return current.id;
}

/** Everything that an account of an admin is reached by, which a column of the account has made worth nothing. */
async function ofFormer(db: Db, client: Client, what: string, set: object): Promise<Caller[]> {
  const person = await client.asAdmin();
  const [browser, key] = [await client.signIn(person), await newKey(person, ...SCOPES)];
  await db.updateTable('users').set(set).where('id', '=', person.user.id).execute();
  return [
    { ...OVER, name: `the token of an account that is ${what}`, by: 'token', client: person },
    { ...OVER, name: `the cookie of an account that is ${what}`, by: 'cookie', client: browser },
    { ...OVER, name: `the key of an account that is ${what}`, by: 'key', key: 'in scope', client: key },
  ];
}

/** What the owner was once reached by. */
async function ofPast(db: Db, client: Client, owner: SignedIn): Promise<Caller[]> {
  const [ended, late, browser] = [
    await client.login(owner),
    await client.login(owner),
    await client.signIn(owner),
  ];
  await expireSessions(db, [await currentSession(late), await currentSession(browser)]);
  expected(204, await ended.post<undefined>('/auth/logout'));
  const revoked = await newKey(owner, ...SCOPES);
  expected(204, await owner.delete<undefined>(`/api-keys/${revoked.key.id}`));
  const expired = await newKey(owner, ...SCOPES);
  await db
    .updateTable('api_keys')
    .set({ expires_at: sql`now() - interval '1 second'` })
    .where('id', '=', expired.key.id)
    .execute();
  const over = { ...OWNED, isOver: true, account: null };
  return [
    { ...over, name: 'the token of a session that was ended', by: 'token', client: ended },
    { ...over, name: 'the token of a session that has expired', by: 'token', client: late },
    { ...over, name: 'a cookie that has expired', by: 'cookie', client: browser },
    { ...over, name: 'a revoked key', by: 'key', key: 'in scope', client: revoked },
    { ...over, name: 'an expired key', by: 'key', key: 'in scope', client: expired },
  ];
}

/** What is the owner's: the same things twice, one that everyone may read and one that is a draft. */
async function makeThings(
  db: Db,
  owner: SignedIn,
  told: AccessSetup['told'],
): Promise<AccessSetup['params']> {
  const [title, body, tag] = told.never;
  const open = await newPost(owner, { tags: ['For everyone'] });
  const closed = await newDraft(owner, { title, body, tags: [tag] });
  for (const post of [open, closed]) await change(owner, post, { summary: 'Changed.' });
  const comment = await newComment(owner, open, 'Well said.');
  const waiting = await newComment(owner, open, told.moderated);
  await db.updateTable('comments').set({ status: 'pending' }).where('id', '=', waiting.id).execute();
  const [{ id: tag_id }, key, elsewhere] = [
    await db.selectFrom('tags').select('id').where('name', '=', 'For everyone').executeTakeFirstOrThrow(),
    await db
      .selectFrom('api_keys')
      .select('id')
      .where('user_id', '=', owner.user.id)
      .executeTakeFirstOrThrow(),
    await owner.login(owner),
  ];
  const session_id = await currentSession(elsewhere);
  const ids = { user_id: owner.user.id, comment_id: comment.id, tag_id, session_id, api_key_id: key.id };
  return {
    open: { ...ids, post_id: open.id, post_ref: open.slug, version: '1' },
    closed: { ...ids, post_id: closed.id, post_ref: closed.slug, version: '1' },
  };
}

export async function arrangeAccess(
  client: Client,
  { db, owner: tableOwner }: Pick<TestDatabase, 'db' | 'owner'>,
): Promise<AccessSetup> {
  const [owner, user, other] = [await client.newUser(), await client.newUser(), await client.newUser()];
  const [moderator, admin] = [await client.asModerator(), await client.asAdmin()];
  await client.asAdmin(); // so that no caller is the last one
  const [key, adminKey] = [await newKey(owner, ...SCOPES), await newKey(admin, ...SCOPES)];
  const told = {
    never: [
      'A title to be kept quiet',
      'A text that nobody is to see before its time.',
      'hush-hush',
      owner.email,
    ],
    moderated: 'A thought that waits for a moderator',
  };
  const params = await makeThings(db, owner, told);
  const theirs = await newPost(other);
  await newDraft(other);
  await newComment(other, theirs, 'My own.');
  const browser = await client.signIn(owner);
  const token = (client: SignedIn) => ({ by: 'token' as const, client, account: client.user.id });
  const own = { ...OWNED, account: owner.user.id };
  const ownKey = { ...own, by: 'key' as const, client: key };
  const admins = { ...ADMIN, by: 'key' as const, client: adminKey, account: admin.user.id };
  const callers: Caller[] = [
    { ...NOBODY, name: 'anonymous', by: 'nothing', client: client.as(), account: null },
    { ...NOBODY, name: 'a user', ...token(user) },
    { ...NOBODY, name: 'another user, who has such things', ...token(other) },
    { ...OWNED, name: 'the owner', ...token(owner) },
    { ...own, name: 'the owner’s browser', by: 'cookie', client: browser },
    { ...own, name: 'the owner’s browser at another site', by: 'cookie', isForeign: true, client: browser },
    { ...ownKey, name: 'a key of the owner, in scope', key: 'in scope' },
    { ...ownKey, name: 'a key of the owner, in scope and to read', key: 'in scope, to read' },
    { ...ownKey, name: 'a key of the owner, out of scope', key: 'out of scope' },
    { ...NOBODY, role: 'moderator', name: 'a moderator', ...token(moderator) },
    { ...ADMIN, name: 'an admin', ...token(admin) },
    { ...admins, name: 'a key of an admin, in scope', key: 'in scope' },
    { ...admins, name: 'a key of an admin, in scope and to read', key: 'in scope, to read' },
    { ...admins, name: 'a key of an admin, out of scope', key: 'out of scope' },
    ...(await ofFormer(db, client, 'disabled', { is_active: false })),
    ...(await ofFormer(db, client, 'deleted', { deleted_at: sql`now()` })),
    ...(await ofPast(db, client, owner)),
  ];
  const secrets = {
    refresh_token: owner.tokens.refresh_token,
    reset_password: await newMailLink(db, owner, 'reset_password'),
    verify_email: await newMailLink(db, owner, 'verify_email'),
  };
  const reach = { token: owner, cookie: browser, key };
  const bystander = user.user.id;
  return { owner, admin, bystander, reach, callers, params, secrets, told, restore: await keep(tableOwner) };
}
