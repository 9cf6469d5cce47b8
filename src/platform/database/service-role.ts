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

interface Schema {
  name: string;
  /** Who owns the tables, as whom migrations run. */
  owner: string;
  tables: string[];
}

/** The tables of the service. Others may be in the same schema; they have other owners. */
async function schemaOf(tx: Tx): Promise<Schema> {
  const { rows } = await sql<Schema>`
    select current_schema() as name, pg_get_userbyid(own.relowner)::text as owner, array(
      select relname::text from pg_class
      where relnamespace = own.relnamespace and relowner = own.relowner and relkind in ('r', 'p')
      order by relname) as tables
    from pg_class own where own.oid = to_regclass('migrations')`.execute(tx);
  const [schema] = rows;
  if (!schema) throw new UnfitRoleError('there are no tables yet to give rights on');
  return schema;
}

/** What the owner of a table can do, so can superusers and members of the role of the owner. */
async function checkRole(tx: Tx, role: string, owner: string): Promise<void> {
  const { rows } = await sql<{ rolsuper: boolean; is_owner: boolean }>`
    select rolsuper, pg_has_role(oid, ${owner}, 'member') as is_owner
    from pg_roles where rolname = ${role}`.execute(tx);
  const [found] = rows;
  if (!found)
    throw new UnfitRoleError(
      `there is no role ${role}; make it first, with \`create role ${role} login password '…'\``,
    );
  if (found.rolsuper) throw new UnfitRoleError(`the role ${role} is a superuser, which may do anything`);
  if (found.is_owner)
    throw new UnfitRoleError(`the role ${role} has the rights of ${owner}, who owns the tables`);
}

/**
 * Gives a role what the service needs in the current schema, and takes from it what else it had there: rights on the
 * tables of the service and, by default, on those that their owner makes later.
 *
 * @throws {UnfitRoleError}
 */
export async function grantToService(db: Db, role: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { name: schema, owner, tables } = await schemaOf(tx);
    await checkRole(tx, role, owner);
    const to = sql.id(role);
    await sql`grant usage on schema ${sql.id(schema)} to ${to}`.execute(tx);
    for (const name of tables) {
      const table = sql.id(schema, name);
      const rights = sql.raw((FEWER[name] ?? USUAL).join(', '));
      await sql`revoke all on ${table} from ${to}`.execute(tx);
      await sql`grant ${rights} on ${table} to ${to}`.execute(tx);
    }
    const later = sql`alter default privileges for role ${sql.id(owner)} in schema ${sql.id(schema)}`;
    await sql`${later} grant ${sql.raw(USUAL.join(', '))} on tables to ${to}`.execute(tx);
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
