import { defineProblem } from '../../http/contract/problems.ts';

export const AuditTimeInvalid = defineProblem({
  code: 'audit_time_invalid',
  status: 422,
  title: 'Time does not fit',
  description:
    '`since` and `until` must be moments that a clock shows, without leap seconds, in the years 1 to 9999 (UTC).',
});
