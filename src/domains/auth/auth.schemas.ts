import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
import {
  component,
  enumeration,
  integer,
  MORE_MAY_COME,
  nullable,
  path,
  query,
  ref,
  text,
  timestamp,
  uuid,
} from '../../http/contract/schema.ts';
import { Locale, newPassword, User, userFields } from '../users/index.ts';

const password = text({
  minLength: 1,
  maxLength: 128,
  description: 'The password.',
  examples: ['correct horse battery staple'],
});
const refreshToken = text({
  minLength: 1,
  maxLength: 200,
  description: 'Gives the next pair of tokens, once. Keep it secret.',
  examples: ['imp_rt_4k1ZQyqk0mG7f2b9Jx3pWcT5vRn8sLdE6uHaXoYiBzA'],
});

export const RegisterUser = component(
  'RegisterUser',
  {
    email: userFields.email('The address to sign in with.'),
    password: newPassword,
    username: Type.Optional(userFields.username),
    full_name: Type.Optional(nullable(userFields.full_name)),
  },
  { description: 'A new account for oneself. A username that is not given is made from the address.' },
);

export const Login = component(
  'Login',
  { email: userFields.email('The address of the account.'), password },
  { description: 'What proves who one is.' },
);

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

export const RefreshTokens = component(
  'RefreshTokens',
  { refresh_token: refreshToken },
  { description: 'The refresh token of the last pair.' },
);

const TOKEN_TYPE = enumeration('TokenType', ['Bearer'], 'How the access token is sent (RFC 6750).');

export const TokenPair = component(
  'TokenPair',
  {
    access_token: text({
      minLength: 1,
      maxLength: 2000,
      description: 'Sent as `Authorization: Bearer TOKEN`; a JWT that only this service reads.',
      examples: ['eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTkzIn0.c2lnbmF0dXJl'],
    }),
    refresh_token: refreshToken,
    token_type: ref(TOKEN_TYPE),
    expires_in: integer({
      minimum: 1,
      description: 'Life of the access token, in seconds.',
      examples: [900],
    }),
    user: ref(User),
  },
  { description: 'Two tokens: one to call with, one to get the next pair.' },
);
export type TokenPair = Static<typeof TokenPair>;

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

export const UpdateCurrentUser = component(
  'UpdateCurrentUser',
  {
    username: Type.Optional(userFields.username),
    full_name: Type.Optional(nullable(userFields.full_name)),
    bio: Type.Optional(nullable(userFields.bio)),
    locale: Type.Optional(ref(Locale)),
  },
  { description: 'What is to change about oneself; what is left out stays.', minProperties: 1 },
);

export const ChangePassword = component(
  'ChangePassword',
  { current_password: password, new_password: newPassword },
  { description: 'The password as it is and as it shall be.' },
);

const mailToken = text({
  minLength: 1,
  maxLength: 200,
  description: 'The token in the link of the mail; it works once.',
  examples: ['imp_mt_Zk1Yx9wdTq2mJ0f7b9Jx3pWcT5vRn8sLdE6uHaXoYiB'],
});

export const RequestPasswordReset = component(
  'RequestPasswordReset',
  { email: userFields.email('The address of the account.') },
  { description: 'Whose password is to be set anew.' },
);

export const ResetPassword = component(
  'ResetPassword',
  { token: mailToken, new_password: newPassword },
  { description: 'The proof that the address is one’s own, and the password that shall be.' },
);

export const VerifyEmail = component(
  'VerifyEmail',
  { token: mailToken },
  { description: 'The proof that the address is one’s own.' },
);

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

const MailPurpose = enumeration(
  'MailPurpose',
  ['verify_email', 'reset_password'],
  `What the link of a mail is for. ${MORE_MAY_COME}.`,
);

export const SentMail = component(
  'SentMail',
  {
    purpose: ref(MailPurpose),
    email: userFields.email('The address it was sent to.'),
    created_at: timestamp('When it was sent.'),
    expires_at: timestamp('Until when its link can be used.'),
    ended_at: nullable(
      timestamp('When its link was used or another took its place; null where neither has happened.'),
    ),
  },
  { description: 'A mail with a link that was sent. It is forgotten some time after the link has ended.' },
);

export const SessionPage = pageOf(Session, 'SessionPage', 'A page of the sessions.');
export const ListSessionsQuery = query(pageQuery);
export const SessionPath = path({ session_id: uuid('The id of the session.') });
