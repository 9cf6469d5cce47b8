import { sql } from 'kysely';
import type { Db, Tx } from './handles.ts';

/**
 * The role of a service that does not own its tables: migrations run as the owner, the service as another role. The audit
 * log then holds against the service itself: a role that owns the table could switch off the trigger that protects it.
 */

const USUAL = ['select', 'insert', 'update', 'delete'];

/** The rights on tables where they are fewer. Of entries of the audit log, only the changes can be erased. */
const FEWER: Record<string, readonly string[]> = {
  audit_log: ['select', 'insert', 'update (changes)'],
  migrations: ['select'],
  migrations_lock: ['select'],
};

/** A role cannot be the one of the service. The message says why. */
export class UnfitRoleError extends Error {
  override readonly name = 'UnfitRoleError';
}

/** What the owner of an object can do, so can superusers and members of its role. */
async function checkRole(tx: Tx, role: string): Promise<void> {
  const { rows } = await sql<{ owner: string; rolsuper: boolean; is_owner: boolean }>`
    select current_user::text as owner, rolsuper, pg_has_role(oid, current_user, 'member') as is_owner
    from pg_roles where rolname = ${role}`.execute(tx);
  const [found] = rows;
  if (!found)
    throw new UnfitRoleError(
      `there is no role ${role}; make it first, with \`create role ${role} login password '…'\``,
    );
  if (found.rolsuper) throw new UnfitRoleError(`the role ${role} is a superuser, which may do anything`);
  if (found.is_owner)
    throw new UnfitRoleError(`the role ${role} has the rights of ${found.owner}, who owns the tables`);
}

/**
 * Gives a role what the service needs in the current schema, and takes from it what else it had there: rights on the
 * tables of the role that asks, and by default on tables that it makes later.
 *
 * @throws {UnfitRoleError}
 */
export async function grantToService(db: Db, role: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await checkRole(tx, role);
    const { rows } = await sql<{ schema: string; tables: string[] }>`
      select current_schema() as schema, array(
        select relname::text from pg_class
        where relnamespace = current_schema()::regnamespace and relkind = 'r'
          and pg_has_role(relowner, 'usage') order by relname) as tables`.execute(tx);
    const [{ schema, tables } = { schema: 'public', tables: [] }] = rows;
    const to = sql.id(role);
    await sql`grant usage on schema ${sql.id(schema)} to ${to}`.execute(tx);
    for (const name of tables) {
      const table = sql.id(schema, name);
      const rights = sql.raw((FEWER[name] ?? USUAL).join(', '));
      await sql`revoke all on ${table} from ${to}`.execute(tx);
      await sql`grant ${rights} on ${table} to ${to}`.execute(tx);
    }
    const later = sql.raw(USUAL.join(', '));
    await sql`alter default privileges in schema ${sql.id(schema)} grant ${later} on tables to ${to}`.execute(
      tx,
    );
  });
}

/** What the role of a connection could do to the audit log. */
export interface AuditLogRights {
  role: string;
  /** In words, such as `owns it`; empty where the role can only add entries. */
  reasons: string[];
}

/** Finds out whether the role of this connection can alter or empty the audit log, or switch off what protects it. */
export async function auditLogRights(db: Db): Promise<AuditLogRights> {
  const { rows } = await sql<AuditLogRights>`
    select current_user::text as role, array_remove(array[
      case when r.rolsuper then 'is a superuser' end,
      case when not r.rolsuper and pg_has_role(c.relowner, 'member') then 'owns it' end,
      case when not r.rolsuper and not pg_has_role(c.relowner, 'member') then (
        select 'has the rights ' || string_agg(name, ', ') from unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) as name
        where has_table_privilege(c.oid, name)) end
    ], null) as reasons
    from pg_class c, pg_roles r
    where c.oid = to_regclass('audit_log') and r.rolname = current_user`.execute(db);
  return rows[0] ?? { role: '', reasons: [] };
}
