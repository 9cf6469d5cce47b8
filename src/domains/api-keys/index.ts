export { apiKeys } from './api-keys.personal-data.ts';
export { apiKeysRoutes } from './api-keys.routes.ts';
export { authenticateKey, endApiKeys } from './api-keys.service.ts';
export { hasApiKeyPrefix, parseApiKey } from './api-keys.tokens.ts';
