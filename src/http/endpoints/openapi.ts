import fp from 'fastify-plugin';
import type { App } from '../contract/operations.ts';
import { staticContent } from './static-content.ts';

/** How long a caller may keep the document, in seconds. */
const MAX_AGE = 300;

/** Serves the contract at `/openapi.json` and `/openapi.yaml`. */
export const openapiFiles = fp(
  async (app: App) => {
    const handlers = {
      '/openapi.json': staticContent('application/json; charset=utf-8', async () =>
        JSON.stringify(await app.contract()),
      ),
      '/openapi.yaml': staticContent('application/yaml; charset=utf-8', async () => {
        const { stringify } = await import('yaml');
        return stringify(await app.contract(), { aliasDuplicateObjects: false });
      }),
    };
    for (const [url, handler] of Object.entries(handlers)) {
      app.get(url, { schema: { hide: true }, config: { maxAge: MAX_AGE }, handler });
    }
  },
  { name: 'openapi-files', dependencies: ['openapi'] },
);
