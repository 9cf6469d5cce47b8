import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
import {
  component,
  enumeration,
  listOf,
  MORE_MAY_COME,
  nullable,
  query,
  ref,
  text,
  timestamp,
  uuid,
} from '../../http/contract/schema.ts';
import { ORIGINS } from '../../platform/actor.ts';
import { AUDIT_OUTCOMES, AUDIT_TARGETS } from '../../platform/audit/index.ts';

const AuditOutcome = enumeration(
  'AuditOutcome',
  AUDIT_OUTCOMES,
  'How it ended: it was done, it was refused, or something went wrong.',
);
const AuditTargetType = enumeration(
  'AuditTargetType',
  AUDIT_TARGETS,
  `The kind of thing an entry is about. ${MORE_MAY_COME}.`,
);

const AuditOrigin = enumeration(
  'AuditOrigin',
  ORIGINS,
  `What it was done through: a request to the API, a command on a machine of the operator, or a job. ${MORE_MAY_COME}.`,
);

const action = text({
  minLength: 1,
  maxLength: 60,
  pattern: '^[A-Za-z_.]+$',
  description:
    'What was done or tried: an operationId, `session.reuse_detected`, or, from the command line, `createAdmin`, `importPosts` or `seedDemo`.',
  examples: ['updateUser'],
});
const value = (description: string, example: string) =>
  nullable(text({ maxLength: 300, description, examples: [example] }));

const AuditChange = component(
  'AuditChange',
  {
    field: text({ maxLength: 60, description: 'The field that has changed.', examples: ['role'] }),
    before: value('Its value before, as text; null where there was none or none is kept.', 'user'),
    after: value('Its value from then on, as text; null where there is none or none is kept.', 'admin'),
  },
  {
    description:
      'One field that has changed. Of secrets, names and texts only is told that they have changed.',
  },
);

export const AuditEntry = component(
  'AuditEntry',
  {
    id: uuid('The entry.'),
    occurred_at: timestamp('When it happened.'),
    actor_id: nullable(uuid('The account that did it; null where nobody was signed in.')),
    session_id: nullable(
      uuid('The session in which that account did it; null where it did it by an API key.'),
    ),
    api_key_id: nullable(
      uuid('The API key by which that account did it; null where it was done in a session.'),
    ),
    action,
    outcome: ref(AuditOutcome),
    problem_code: nullable(
      text({
        maxLength: 60,
        pattern: '^[a-z_]+$',
        description: 'The code of the problem that was answered; null where it was done.',
        examples: ['last_admin'],
      }),
    ),
    target_type: nullable(ref(AuditTargetType)),
    target_id: nullable(uuid('What it was done to; null where that is nothing in particular.')),
    changes: listOf(AuditChange, {
      maxItems: 50,
      description: 'What has changed. Empty again once the account that it tells about has been erased.',
    }),
    origin: ref(AuditOrigin),
    ip: text({
      maxLength: 64,
      description: 'The address it came from; of a command or a job the loopback address.',
      examples: ['203.0.113.7'],
    }),
    user_agent: nullable(
      text({
        maxLength: 300,
        description: 'The program it came from, as it calls itself.',
        examples: ['Mozilla/5.0'],
      }),
    ),
    request_id: text({
      maxLength: 128,
      pattern: '^[A-Za-z0-9._~-]+$',
      description: 'The X-Request-ID of the request, or the id of the run of a command.',
      examples: ['0f8c2e54-5d0b-4f0e-9a3c-0d7f6b1a2c3d'],
    }),
  },
  { description: 'One thing that somebody did or tried. It is never changed or deleted, but for `changes`.' },
);
export type AuditEntry = Static<typeof AuditEntry>;

const { actor_id: _actor, ip, user_agent, request_id, ...told } = AuditEntry.properties;
const LEFT_OUT = 'null where somebody else did it';

export const PersonalAuditEntry = component(
  'PersonalAuditEntry',
  {
    ...told,
    is_own: Type.Boolean({
      description:
        'Whether one did it oneself. Otherwise somebody else did, or somebody who was not signed in.',
      examples: [true],
    }),
    ip: nullable({ ...ip, description: `The address it came from; ${LEFT_OUT}.` }),
    user_agent: { ...user_agent, description: `The program it came from; ${LEFT_OUT}.` },
    request_id: nullable({ ...request_id, description: `The X-Request-ID of the request; ${LEFT_OUT}.` }),
  },
  {
    description:
      'One thing that one did or tried, or that was done to one’s account. It says nothing of other people: neither who did it nor what changed about them.',
  },
);
export type PersonalAuditEntry = Static<typeof PersonalAuditEntry>;

export const AuditEntryPage = pageOf(AuditEntry, 'AuditEntryPage', 'A page of the audit log.');

export const ListAuditLogQuery = query({
  ...pageQuery,
  actor_id: Type.Optional(uuid('Only what this account did.')),
  action: Type.Optional(action),
  outcome: Type.Optional(ref(AuditOutcome)),
  target_id: Type.Optional(uuid('Only what was done to this.')),
  since: Type.Optional(timestamp('Only what happened at this moment or later.', '2026-01-01T00:00:00.000Z')),
  until: Type.Optional(timestamp('Only what happened before this moment.', '2027-01-01T00:00:00.000Z')),
});
