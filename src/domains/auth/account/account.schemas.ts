import { Type } from '@sinclair/typebox';
import { component, nullable, ref } from '../../../http/contract/schema.ts';
import { Locale, newPassword, userFields } from '../../users/index.ts';
import { password } from '../auth.schemas.ts';

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
