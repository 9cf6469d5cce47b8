import { sql } from 'kysely';
import {
  type Db,
  type MailTokensTable,
  type Params,
  prepared,
  type Slice,
  type Tx,
} from '../../../platform/database/index.ts';

/** What the link of a mail is for. */
export type MailPurpose = MailTokensTable['purpose'];

const now = sql<string>`now()`;

/** How many mails with a link were sent to an address within the last hour, used or not. */
export async function countRecentMails(db: Db, email: string): Promise<number> {
  const [row] = await recentMails(db, { email });
  return row?.total ?? 0;
}

const recentMails = prepared((db, param: Params<{ email: string }>) =>
  db
    .selectFrom('mail_tokens')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('email', '=', param('email'))
    .where('created_at', '>', sql<string>`now() - interval '1 hour'`),
);

/**
 * Locks the active account of an address, so that concurrent requests for mails count each other's.
 */
export const lockRecipient = (tx: Tx, email: string) =>
  tx
    .selectFrom('users')
    .select(['id', 'locale', 'email_verified_at'])
    .where('email', '=', email)
    .where('is_active', '=', true)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();

export interface NewMailToken {
  token_hash: Buffer;
  user_id: string;
  purpose: MailPurpose;
  email: string;
  /** Its life, in seconds. */
  life: number;
}

/** Stores a token and ends the previous one. */
export async function replaceMailToken(tx: Tx, { life, ...token }: NewMailToken): Promise<void> {
  await endMailToken(tx, token.user_id, token.purpose);
  await tx
    .insertInto('mail_tokens')
    .values({ ...token, expires_at: sql<string>`now() + make_interval(secs => ${life})` })
    .execute();
}

/**
 * Deletes tokens that are over and older than a day, at most so many; returns how many. Until then they count as mails that
 * were sent. Those that are locked stay.
 */
export async function deleteOldMailTokens(db: Db, limit: number): Promise<number> {
  const old = db
    .selectFrom('mail_tokens')
    .select('token_hash')
    .where('created_at', '<', sql<string>`now() - interval '1 day'`)
    .where((where) => where.or([where('ended_at', 'is not', null), where('expires_at', '<', now)]))
    .orderBy('created_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  // As an array, since a subquery in a join may be run more than once.
  const { numDeletedRows } = await db
    .deleteFrom('mail_tokens')
    .where('token_hash', '=', sql<Buffer>`any(array(${old}))`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Ends the token of an account for a purpose, if there is one. */
export async function endMailToken(db: Db, userId: string, purpose: MailPurpose): Promise<void> {
  await db
    .updateTable('mail_tokens')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('purpose', '=', purpose)
    .where('ended_at', 'is', null)
    .execute();
}

/** The mails with links that were sent for an account, as far as they are still stored; `key` is only for sorting. */
export function listSentMails(db: Db, userId: string, { after, limit }: Slice) {
  const key = sql<string>`encode(token_hash, 'hex')`;
  let mails = db
    .selectFrom('mail_tokens')
    .select(['purpose', 'email', 'created_at', 'expires_at', 'ended_at'])
    .select(key.as('key'))
    .where('user_id', '=', userId);
  if (after)
    mails = mails.where(sql<boolean>`(created_at, ${key}) > (${after[0]}::timestamptz, ${after[1]})`);
  return mails.orderBy('created_at').orderBy(key).limit(limit).execute();
}

/** The account whose token this is, where it could be used now. */
export const findOwnerOfMailToken = (db: Db, purpose: MailPurpose, tokenHash: Buffer) =>
  db
    .selectFrom('mail_tokens')
    .innerJoin('users', 'users.id', 'mail_tokens.user_id')
    .select(['users.id', 'users.email', 'users.username', 'users.full_name'])
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('ended_at', 'is', null)
    .where('mail_tokens.expires_at', '>', now)
    .executeTakeFirst();

/** Uses up a token: of several requests at once, one gets a row. Returns the address that it was sent to. */
export const useMailToken = (tx: Tx, purpose: MailPurpose, tokenHash: Buffer) =>
  tx
    .updateTable('mail_tokens')
    .set({ ended_at: now })
    .where('token_hash', '=', tokenHash)
    .where('purpose', '=', purpose)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('email')
    .executeTakeFirst();

/** Deletes what says to which addresses mails for an account were sent. */
export async function deleteMailTokens(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('mail_tokens').where('user_id', '=', userId).execute();
}
