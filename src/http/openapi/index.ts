import swagger from '@fastify/swagger';
import fp from 'fastify-plugin';
import { documentOf } from './document.ts';
import { fixedAnswer } from './fixed.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of everything that is registered; the app must be ready. */
    contract(): object;
  }
}

const MAX_AGE = 300;

/**
 * The contract, as OpenAPI 3.1.1, at `/openapi.json` and `/openapi.yaml`. `@fastify/swagger` says which routes there are
 * and at which paths; what the document says of them is made here from the operations, since that plugin drops examples
 * and descriptions beside references and knows no shared responses. The document is made when it is first asked for.
 */
export const openapi = fp(async (app) => {
  await app.register(swagger, {
    openapi: { openapi: '3.1.1', info: { title: 'Imprint', version: '' } },
    stripBasePath: false,
    transform: ({ url, route }) => {
      const operation = route.config?.operation;
      return { url, schema: operation ? { operationId: operation.id } : { hide: true } };
    },
    transformObject: (collected) => {
      if (!('openapiObject' in collected)) throw new Error('not an OpenAPI document');
      const byId = new Map(app.operations.all.map((one) => [one.id, one]));
      const placed = Object.entries(collected.openapiObject.paths ?? {}).flatMap(([path, item = {}]) =>
        Object.values(item).flatMap((one) => {
          const operation =
            typeof one === 'object' && 'operationId' in one ? byId.get(one.operationId ?? '') : undefined;
          return operation ? { path, operation } : [];
        }),
      );
      return documentOf(placed, app.config.PUBLIC_URL);
    },
  });
  app.decorate('contract', () => app.swagger());

  const routes = {
    '/openapi.json': fixedAnswer('application/json; charset=utf-8', async () =>
      JSON.stringify(app.contract()),
    ),
    '/openapi.yaml': fixedAnswer('application/yaml; charset=utf-8', async () => {
      const { stringify } = await import('yaml');
      return stringify(app.contract(), { aliasDuplicateObjects: false });
    }),
  };
  for (const [url, handler] of Object.entries(routes)) {
    app.get(url, { schema: { hide: true }, config: { maxAge: MAX_AGE }, handler });
  }
});
