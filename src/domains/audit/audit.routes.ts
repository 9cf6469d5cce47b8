import { answerPage } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { answer, normalizeTimestamp } from '../../http/contract/schema.ts';
import { toAuditEntry } from './audit.mapper.ts';
import { AuditTimeInvalid } from './audit.problems.ts';
import * as queries from './audit.queries.ts';
import { AuditEntryPage, ListAuditLogQuery } from './audit.schemas.ts';

/** A bound of the time filter. @throws {AuditTimeInvalid} for a leap second, or a year that timestamps cannot have */
function bound(name: 'since' | 'until', timestamp: string | undefined) {
  if (timestamp === undefined) return {};
  const moment = normalizeTimestamp(timestamp);
  if (!moment) throw new AuditTimeInvalid(`\`${name}\` must be a moment in the years 1 to 9999.`);
  return { [name]: moment };
}

export async function auditRoutes(app: App): Promise<void> {
  const { db } = app;

  app.route({
    method: 'GET',
    url: '/admin/audit-log',
    schema: {
      operationId: 'listAuditLog',
      summary: 'Read the audit log',
      description:
        'Who signed in, changed an account, moderated, managed tags or changed posts or comments of others, and whose request was refused; the newest first. Nothing in it can be changed or deleted; only the changes of an account that is erased go with it.',
      tags: ['Administration'],
      querystring: ListAuditLogQuery,
      response: { 200: answer(AuditEntryPage, 'A page of the audit log.') },
    },
    config: operation({ access: 'admin', limit: 'reads', problems: [AuditTimeInvalid] }),
    handler: (request, reply) => {
      const { page: _page, per_page: _perPage, cursor: _cursor, since, until, ...equal } = request.query;
      const filters = { ...equal, ...bound('since', since), ...bound('until', until) };
      return answerPage(request, reply, {
        rows: (slice) => queries.listEntries(db, filters, slice),
        key: (row) => [row.occurred_at, row.id],
        total: () => queries.countEntries(db, filters),
        map: toAuditEntry,
      });
    },
  });
}
