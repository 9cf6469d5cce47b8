export { apiKeys } from './api-keys.personal-data.ts';
export { apiKeysRoutes } from './api-keys.routes.ts';
export { endKeysOf, holderOf } from './api-keys.service.ts';
export { isApiKey, readApiKey } from './api-keys.tokens.ts';
