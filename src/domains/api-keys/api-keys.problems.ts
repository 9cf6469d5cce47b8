import { defineProblem } from '../../http/contract/problems.ts';

export const ApiKeyNotFound = defineProblem({
  code: 'api_key_not_found',
  status: 404,
  title: 'API key not found',
  description:
    'There is no such API key, or it is not yours and you are not an admin who sets its limits; it may have been revoked already.',
});
export const TooManyApiKeys = defineProblem({
  code: 'too_many_api_keys',
  status: 409,
  title: 'Too many API keys',
  description:
    'The account has as many API keys in force as it may: one in use and one to take its place. Revoke one first.',
});
