import { type RawBuilder, sql } from 'kysely';
import { type Db, type Params, prepared, type Tx } from '../database/index.ts';
import type { AuditEntryRow } from './entry.ts';

const ENTRY_COLUMNS = [
  'id',
  'actor_id',
  'session_id',
  'api_key_id',
  'action',
  'outcome',
  'problem_code',
  'target_type',
  'target_id',
  'changes',
  'origin',
  'ip',
  'user_agent',
  'request_id',
] as const satisfies readonly (keyof AuditEntryRow)[];

/**
 * The end of a prepared statement, which writes an entry and returns a row.
 *
 * @param effect the name of a CTE: the entry is written where that has a row. Without it, it is written always.
 * @param computed columns that the statement itself gives, in place of parameters
 */
export const intoAuditLog = (
  db: Pick<Db, 'insertInto'>,
  param: Params<AuditEntryRow>,
  effect?: string,
  computed: Partial<Record<(typeof ENTRY_COLUMNS)[number], RawBuilder<unknown>>> = {},
) =>
  db
    .insertInto('audit_log')
    .columns(ENTRY_COLUMNS)
    .expression(
      sql`select ${sql.join(ENTRY_COLUMNS.map((name) => computed[name] ?? param(name)))} ${effect === undefined ? sql`` : sql`from ${sql.table(effect)}`}`,
    )
    .returning('id');

export const insertEntry = prepared((db, param: Params<AuditEntryRow>) => intoAuditLog(db, param));

/** Erases the values that the audit log stores of changes of an erased account, such as addresses and names. */
export async function eraseChangesOf(tx: Tx, accountId: string): Promise<void> {
  await tx
    .updateTable('audit_log')
    .set({ changes: null })
    .where('target_id', '=', accountId)
    .where('changes', 'is not', null)
    .execute();
}
