import { type Static, Type } from '@sinclair/typebox';
import { component, integer, ref, uuid } from '../../../http/contract/schema.ts';
import { User, userFields } from '../../users/index.ts';
import { password } from '../auth.schemas.ts';

export const BrowserLogin = component(
  'BrowserLogin',
  {
    email: userFields.email('The address of the account.'),
    password,
    remember: Type.Optional(
      Type.Boolean({
        description: 'Whether the session outlives the browser’s being closed.',
        default: false,
        examples: [true],
      }),
    ),
  },
  { description: 'What proves who one is, and for how long that shall count in this browser.' },
);

export const BrowserSession = component(
  'BrowserSession',
  {
    id: uuid('The session, as `listSessions` names it.'),
    idle_seconds: integer({
      minimum: 1,
      description: 'After how many seconds without a request it ends.',
      examples: [43_200],
    }),
    user: ref(User),
  },
  { description: 'The session of a browser; a cookie stands for it.' },
);
export type BrowserSession = Static<typeof BrowserSession>;
