import type { Static } from '@sinclair/typebox';
import { component, enumeration, integer, ref, text } from '../../../http/contract/schema.ts';
import { User, userFields } from '../../users/index.ts';
import { password } from '../auth.schemas.ts';

const refreshToken = text({
  minLength: 1,
  maxLength: 200,
  description: 'Gives the next pair of tokens, once. Keep it secret.',
  examples: ['imp_rt_4k1ZQyqk0mG7f2b9Jx3pWcT5vRn8sLdE6uHaXoYiBzA'],
});

export const Login = component(
  'Login',
  { email: userFields.email('The address of the account.'), password },
  { description: 'What proves who one is.' },
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
