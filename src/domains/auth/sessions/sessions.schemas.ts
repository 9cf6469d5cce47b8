import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../../http/concerns/pagination.ts';
import {
  component,
  enumeration,
  MORE_MAY_COME,
  nullable,
  path,
  query,
  ref,
  text,
  timestamp,
  uuid,
} from '../../../http/contract/schema.ts';

const SESSION_KINDS = ['tokens', 'browser'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];
const SessionKind = enumeration(
  'SessionKind',
  SESSION_KINDS,
  `What stands for a session: tokens that a program keeps, or the cookie of a browser. ${MORE_MAY_COME}.`,
);

export const Session = component(
  'Session',
  {
    id: uuid('The session.'),
    kind: ref(SessionKind),
    is_current: Type.Boolean({ description: 'Whether this request belongs to it.', examples: [true] }),
    ip: nullable(
      text({ maxLength: 64, description: 'The address it was last used from.', examples: ['203.0.113.7'] }),
    ),
    user_agent: nullable(
      text({
        maxLength: 300,
        description: 'The program it belongs to, as it calls itself.',
        examples: ['Mozilla/5.0'],
      }),
    ),
    created_at: timestamp('When it began.'),
    last_seen_at: timestamp('When it last got new tokens or, of a browser, was last used, to five minutes.'),
    expires_at: timestamp('When it ends unless it is used before.'),
  },
  { description: 'A device or program that is signed in.' },
);
export type Session = Static<typeof Session>;

export const SessionPage = pageOf(Session, 'SessionPage', 'A page of the sessions.');
export const ListSessionsQuery = query(pageQuery);
export const SessionPath = path({ session_id: uuid('The id of the session.') });
