import { sql } from 'kysely';
import { type Db, type Params, prepared, type Slice, type Tx } from '../database/index.ts';

/** How long a key and its answer are stored, in hours. */
export const RETENTION_HOURS = 24;
const OLDEST = sql<string>`now() - make_interval(hours => ${RETENTION_HOURS})`;

/** What a stored answer is found by. */
export interface AnswerKey {
  /** The id of the account that asked; `anonymous` where nobody is signed in. */
  principal: string;
  operation: string;
  key: string;
}

/** What a statement about a key takes: what the answer is found by, and the name of its lock. */
export const withLock = (key: AnswerKey) => ({
  ...key,
  lock: `${key.principal} ${key.operation} ${key.key}`,
});

const ofKey = (param: Params<AnswerKey>) =>
  sql`principal = ${param('principal')} and operation = ${param('operation')} and key = ${param('key')}`;

interface KeptRow {
  request_hash: string;
  answer: string;
}

const find = prepared((db, param: Params<AnswerKey>) => {
  const statement = sql<KeptRow>`
    select request_hash, answer from idempotency_keys where ${ofKey(param)} and created_at >= ${OLDEST}`;
  return { compile: () => statement.compile(db) };
});

/** The stored answer of a key, whoever has its lock. */
export async function findAnswer(db: Db, key: AnswerKey): Promise<KeptRow | undefined> {
  const [kept] = await find(db, key);
  return kept;
}

const claim = prepared((db, param: Params<ReturnType<typeof withLock>>) => {
  const statement = sql<{ taken: boolean } & (KeptRow | { request_hash: null; answer: null })>`
    select pg_try_advisory_xact_lock(hashtextextended(${param('lock')}, 0)) as taken, request_hash, answer
    from (select) as always left join idempotency_keys on ${ofKey(param)} and created_at >= ${OLDEST}`;
  return { compile: () => statement.compile(db) };
});

/**
 * Takes the lock of a key until the end of the transaction, unless another transaction holds it, and looks for its answer.
 * An answer that is stored at this moment may be missed; {@link storeAnswer} tells then.
 */
export async function claimKey(tx: Tx, key: AnswerKey) {
  const [claimed] = await claim(tx, withLock(key));
  if (!claimed) throw new Error('a statement without conditions returned no row');
  return claimed;
}

/** An answer that is to be stored. */
export interface NewAnswer extends AnswerKey {
  request_hash: string;
  answer: string;
  /** The accounts that it concerns. */
  concerns: string[];
  /** The account that asked; null where nobody is signed in. */
  caller: string | null;
}

/**
 * Transactions are shorter. What one of them has read of an account that was erased so recently may be from before; so it
 * is not stored.
 */
const LATELY = sql`now() - interval '1 minute'`;

const store = prepared((db, param: Params<NewAnswer>) => {
  const statement = sql<{ is: 'stored' | 'erased' | 'left' | 'overtaken' }>`
    with account as materialized (
      select id, erased_at from users where id = any (${param('concerns')}::uuid[]) order by id for share),
    outcome as materialized (
      select case
        when exists (select from account where id = ${param('caller')}::uuid and erased_at is not null) then 'erased'
        when exists (select from account where erased_at > ${LATELY}) then 'left'
        else 'stored' end as is),
    stored as (
      insert into idempotency_keys (principal, operation, key, request_hash, answer, concerns)
      select ${param('principal')}, ${param('operation')}, ${param('key')}, ${param('request_hash')}, ${param('answer')},
        ${param('concerns')}::uuid[] from outcome where outcome.is = 'stored'
      on conflict (principal, operation, key) do update set request_hash = excluded.request_hash,
        answer = excluded.answer, concerns = excluded.concerns, created_at = now()
      where idempotency_keys.created_at < ${OLDEST}
      returning key)
    select case when outcome.is = 'stored' and not exists (select from stored) then 'overtaken' else outcome.is end as is
    from outcome`;
  return { compile: () => statement.compile(db) };
});

/**
 * Stores an answer. The rows of the accounts that it concerns are locked, so that none is erased before the transaction
 * ends. To be called after the effect: a lock before it could end in a deadlock of two requests that change each other's
 * accounts.
 *
 * @returns why it was not stored: the caller is erased (`erased`), another account was erased lately (`left`), or another
 * transaction has stored an answer meanwhile (`overtaken`)
 */
export async function storeAnswer(tx: Tx, answer: NewAnswer) {
  const [outcome] = await store(tx, answer);
  return outcome?.is;
}

/** An answer that the statement of the effect stores itself. */
export interface AnswerInStatement extends Omit<NewAnswer, 'answer' | 'caller'> {
  lock: string;
  /** The account that asked; a null would be that of nobody. */
  caller: string;
  /** What the caller of the statement knows of the answer: a JSON object without the bracket that closes it. */
  answer_head: string;
}

/** What such a statement finds out, beside its effect. */
export interface InStatement {
  /** Whether the lock of the key was free. */
  taken: boolean;
  /** Whether the caller is not erased. */
  is_known: boolean;
}

/**
 * Parts of a statement that has an effect and stores its answer, both or neither, without a transaction: CTEs for the
 * begin, a condition under which the effect may be, and CTEs after it.
 *
 * @param effect the name of a CTE with a row where there was an effect: the columns that are added to `answer_head`
 */
export const answerInStatement = (param: Params<AnswerInStatement>, effect: string) => ({
  before: sql`
    key_lock as materialized (
      select pg_try_advisory_xact_lock(hashtextextended(${param('lock')}, 0)) as taken),
    caller as materialized (
      select id from users where id = ${param('caller')}::uuid and erased_at is null for share)`,
  condition: sql<boolean>`(select taken from key_lock) and exists (select from caller)`,
  after: sql`
    kept as (
      insert into idempotency_keys (principal, operation, key, request_hash, answer, concerns)
      select ${param('principal')}, ${param('operation')}, ${param('key')}, ${param('request_hash')},
        ${param('answer_head')} || ',' || substr(row_to_json(effect)::text, 2), ${param('concerns')}::uuid[]
      from ${sql.table(effect)} as effect)`,
  columns: sql`(select taken from key_lock) as taken, exists (select from caller) as is_known`,
});

/**
 * Deletes keys that have been stored long enough, `limit` at the most, and does not wait for rows that another process is
 * deleting.
 *
 * @returns how many
 */
export async function deleteExpired(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where created_at < ${OLDEST} for update skip locked limit ${limit}))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** Deletes the stored answers that concern an account: those to it, and those to others that say something about it. */
export async function deleteAnswersAbout(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where(concerning(accountId)).execute();
}

/**
 * The operations and times of the stored answers that concern an account. They are gathered first: otherwise the planner
 * may read the answers of everybody in the order of the key.
 */
export function listAnswersAbout(db: Db, accountId: string, { after, limit }: Slice) {
  let answers = db
    .with(
      (cte) => cte('concerning').materialized(),
      (cte) =>
        cte
          .selectFrom('idempotency_keys')
          .select(['principal', 'operation', 'key', 'created_at'])
          .where(concerning(accountId)),
    )
    .selectFrom('concerning')
    .selectAll();
  if (after) {
    const [principal, operation, key] = after;
    answers = answers.where(sql<boolean>`(principal, operation, key) > (${principal}, ${operation}, ${key})`);
  }
  return answers.orderBy('principal').orderBy('operation').orderBy('key').limit(limit).execute();
}

const concerning = (accountId: string) => sql<boolean>`concerns @> array[${accountId}]::uuid[]`;
