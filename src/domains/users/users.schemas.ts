import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
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
} from '../../http/contract/schema.ts';
import { ROLES } from '../../platform/actor.ts';
import { LOCALES } from '../../platform/mail/index.ts';

export const UserRole = enumeration('UserRole', ROLES, 'What an account may do.');

export const Locale = enumeration(
  'Locale',
  LOCALES,
  `The language of mails to the account. ${MORE_MAY_COME}.`,
);

// The pattern leaves the exact grammar of RFC 5322 to the mail server: one @, no spaces or controls, a dot in the domain.
export const EMAIL = {
  minLength: 3,
  maxLength: 254,
  pattern: '^[^@\\s\\u0000-\\u001f]+@[^@\\s.\\u0000-\\u001f]+(\\.[^@\\s.\\u0000-\\u001f]+)+$',
} as const;
const email = (description: string) => text({ ...EMAIL, description, examples: ['ada@example.com'] });
const username = text({
  minLength: 3,
  maxLength: 32,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
  description: 'The name in addresses; unique whatever its case.',
  examples: ['ada'],
});
const fullName = text({
  minLength: 1,
  maxLength: 100,
  description: 'The name as it is shown.',
  examples: ['Ada Lovelace'],
});
const bio = text({
  maxLength: 1000,
  description: 'A few words about the person.',
  examples: ['Writes about engines.'],
});
const isActive = Type.Boolean({ description: 'Whether the account may sign in.', examples: [true] });

/** A password to be set; the policy (nothing that would soon be guessed) is checked apart from the schema's bounds. */
export const newPassword = text({
  minLength: 8,
  maxLength: 128,
  description:
    'Between 8 and 128 characters, and nothing that would soon be guessed, such as a common password or a name with digits.',
  examples: ['correct horse battery staple'],
});

export const fields = { email, username, full_name: fullName, bio, is_active: isActive };

export const PublicUser = component(
  'PublicUser',
  {
    id: uuid('The account.'),
    username,
    full_name: nullable(fullName),
    bio: nullable(bio),
    created_at: timestamp('When the account was made.'),
  },
  { description: 'What anyone may see of an account.' },
);
export type PublicUser = Static<typeof PublicUser>;

export const User = component(
  'User',
  {
    id: uuid('The account.'),
    email: email('The address to sign in with, in lower case.'),
    username,
    full_name: nullable(fullName),
    bio: nullable(bio),
    role: ref(UserRole),
    is_active: isActive,
    email_verified_at: nullable(timestamp('When the address was verified; null if it was not.')),
    locale: ref(Locale),
    created_at: timestamp('When the account was made.'),
    updated_at: timestamp('When it was last changed.'),
  },
  { description: 'An account, as its owner and admins see it.' },
);
export type User = Static<typeof User>;

export const UserPage = pageOf(User, 'UserPage', 'A page of the accounts.');

export const CreateUser = component(
  'CreateUser',
  {
    email: email('The address to sign in with.'),
    password: newPassword,
    username: Type.Optional(username),
    full_name: Type.Optional(nullable(fullName)),
    bio: Type.Optional(nullable(bio)),
    role: Type.Optional(ref(UserRole)),
    is_active: Type.Optional(isActive),
    locale: Type.Optional(ref(Locale)),
  },
  { description: 'A new account, made by an admin.' },
);

export const UpdateUser = component(
  'UpdateUser',
  {
    email: Type.Optional(email('Another address; only an admin may set it here.')),
    username: Type.Optional(username),
    full_name: Type.Optional(nullable(fullName)),
    bio: Type.Optional(nullable(bio)),
    role: Type.Optional(ref(UserRole)),
    is_active: Type.Optional(isActive),
    locale: Type.Optional(ref(Locale)),
  },
  {
    description:
      'What is to change; what is left out stays. Only an admin may set email, role and is_active.',
    minProperties: 1,
  },
);
export type UpdateUser = Static<typeof UpdateUser>;

export const ReplaceUser = component(
  'ReplaceUser',
  {
    email: email('The address to sign in with.'),
    username,
    full_name: nullable(fullName),
    bio: nullable(bio),
    role: ref(UserRole),
    is_active: isActive,
    locale: ref(Locale),
  },
  { description: 'Everything about an account that can be set.' },
);

export const UserPath = path({ user_id: uuid('The id of the account.') });

export const ListUsersQuery = query({
  ...pageQuery,
  q: Type.Optional(
    text({
      minLength: 1,
      maxLength: 100,
      description: 'A part of the address, the username or the name, or the whole id.',
      examples: ['ada'],
    }),
  ),
  role: Type.Optional(ref(UserRole)),
  is_active: Type.Optional(isActive),
});
