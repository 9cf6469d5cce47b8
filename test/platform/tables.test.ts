import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import t from 'tap';
import { LINKS } from '../../src/domains/auth/mails/mails.service.ts';
import { components } from '../../src/http/contract/schema.ts';
import '../../src/domains/index.ts';
import { fileDatabase } from '../support/database/database.ts';

const { db } = await fileDatabase();

/** The texts that a CHECK constraint allows. */
async function allowedBy(constraint: string): Promise<string[]> {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_constraintdef(oid) as definition from pg_constraint where conname = ${constraint}`.execute(
    db,
  );
  const found = rows[0]?.definition.matchAll(/'([a-z_ ]+)'::text/g) ?? [];
  return [...found].map(([, value]) => value ?? '').sort();
}

const inContract = (name: string): string[] => [...(components.get(name)?.enum ?? [])].sort();

t.test('the values of enumerations in the contract are those that the database allows', async (t) => {
  t.same(await allowedBy('users_role_check'), inContract('UserRole'));
  t.same(await allowedBy('sessions_kind_check'), inContract('SessionKind'));
  t.same(await allowedBy('audit_log_origin_check'), inContract('AuditOrigin'));
  t.same(await allowedBy('audit_log_outcome_check'), inContract('AuditOutcome'));
  t.same(await allowedBy('comments_status_check'), inContract('CommentStatus'));
  // 'scheduled' is not stored: it is a published post whose time has not come.
  t.same(
    await allowedBy('posts_status_check'),
    inContract('PostStatus').filter((status) => status !== 'scheduled'),
  );
});

t.test('what links in mails are for is what the database allows', async (t) => {
  t.same(await allowedBy('mail_tokens_purpose_check'), Object.keys(LINKS).sort());
  t.same(await allowedBy('mail_tokens_purpose_check'), inContract('MailPurpose'));
});

t.test('every list of texts that the database checks is one of those compared here', async (t) => {
  const { rows } = await sql<{ conname: string }>`
    select conname from pg_constraint k join pg_namespace n on n.oid = k.connamespace
    where n.nspname = 'public' and contype = 'c' and pg_get_constraintdef(k.oid) like '%ARRAY[%'
    order by conname`.execute(db);
  t.same(
    rows.map(({ conname }) => conname),
    [
      'audit_log_origin_check',
      'audit_log_outcome_check',
      'comments_status_check',
      'mail_tokens_purpose_check',
      'posts_status_check',
      'sessions_kind_check',
      'users_role_check',
    ],
  );
});

t.test('src/platform/database/tables.ts is what the migrations make', async (t) => {
  const script = fileURLToPath(new URL('../../scripts/generate-tables.ts', import.meta.url));
  const { NODE_OPTIONS: _instruments, ...env } = process.env;
  const check = promisify(execFile)(process.execPath, [script, '--check'], { env });
  await t.resolves(check);
});
