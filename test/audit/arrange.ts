import type { Test } from 'tap';
import type { AuditEntry } from '../../src/domains/audit/audit.schemas.ts';
import type { PageMeta } from '../../src/http/concerns/pagination.ts';
import type { AuditChange } from '../../src/platform/audit/index.ts';
import type { Answer, Client } from '../support/client/client.ts';

export type { AuditEntry } from '../../src/domains/audit/audit.schemas.ts';
export type EntryPage = { data: AuditEntry[]; meta: PageMeta };

/** A page of the log, as an admin reads it; filters as in an address. */
export async function read(admin: Client, filters = ''): Promise<EntryPage> {
  const { status, body, text } = await admin.get<EntryPage>(`/admin/audit-log?${filters}`);
  if (status !== 200) throw new Error(`the log was not answered: ${text}`);
  return body;
}

/** What an answered request left in the log. */
export async function entriesOf(admin: Client, answer: Answer<unknown>): Promise<AuditEntry[]> {
  const { data } = await read(admin, 'per_page=100');
  return data.filter(({ request_id }) => request_id === answer.headers['x-request-id']);
}

export const change = (field: string, before: string | null, after: string | null): AuditChange => ({
  field,
  before,
  after,
});

/** Holds that a request left one entry, and what it says. */
export const leavesFor =
  (admin: Client) => async (t: Test, answer: Answer<unknown>, expected: Partial<AuditEntry>) => {
    const entries = await entriesOf(admin, answer);
    t.equal(entries.length, 1, `${expected.action}: one entry`);
    const [entry] = entries;
    if (!entry) return;
    t.match(entry, { ip: '127.0.0.1', occurred_at: /^\d{4}-.*Z$/ }, String(expected.action));
    const told = Object.keys(expected).map((name) => [name, entry[name as keyof AuditEntry]]);
    t.strictSame(Object.fromEntries(told), expected, String(expected.action));
  };

export const done = { outcome: 'success', problem_code: null } as const;
export const refused = (problem_code: string): Pick<AuditEntry, 'outcome' | 'problem_code' | 'changes'> => ({
  outcome: 'refused',
  problem_code,
  changes: [],
});
