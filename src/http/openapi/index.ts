import Fastify from 'fastify';
import fp from 'fastify-plugin';
import { memoised } from '../../platform/memoised.ts';
import { propertiesOf } from '../../platform/unknown.ts';
import type { Operation } from '../contract/operations.ts';
import { documentOf, type PlacedOperation } from './document.ts';

/**
 * The room `openapi`: the OpenAPI document, made from the operations and what the concerns have added to them.
 *
 * What may come in: what turns declarations into the document, and its guides. Nothing here takes part in a request.
 * Imports: `concerns`, `wire`, `access`, `contract`, `platform`.
 */

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of everything that is registered; the app must be ready. */
    contract(): Promise<object>;
  }
}

/**
 * The paths of the operations in an OpenAPI document, by `@fastify/swagger`. It runs on an app of its own, so that it need
 * not be loaded at a start.
 */
async function findPaths(operations: readonly Operation[]): Promise<PlacedOperation[]> {
  const { default: swagger } = await import('@fastify/swagger');
  const byId = new Map(operations.map((one) => [one.id, one]));
  const collector = Fastify();
  await collector.register(swagger, { openapi: { openapi: '3.1.1' }, stripBasePath: false });
  for (const { id, method, url } of operations) {
    collector.route({ method, url, schema: { operationId: id }, handler: () => undefined });
  }
  await collector.ready();
  const { paths = {} } = collector.swagger();
  await collector.close();
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.values(propertiesOf(item)).flatMap((one) => {
      const operation = byId.get(String(propertiesOf(one).operationId));
      return operation ? { path, operation } : [];
    }),
  );
}

/**
 * The contract as OpenAPI 3.1.1. `@fastify/swagger` says which paths there are; what the document says of them is made
 * here from the operations, since that plugin drops examples and descriptions beside references and knows no shared
 * responses. The document is made when it is first asked for.
 */
export const openapi = fp(
  async (app) => {
    const contract = memoised(async () =>
      documentOf(await findPaths(app.operations.all), {
        publicUrl: app.config.PUBLIC_URL ?? (app.server.listening ? app.publicUrl() : undefined),
        limits: app.config.RATE_LIMITS,
        contactEmail: app.config.API_CONTACT_EMAIL,
        termsUrl: app.config.API_TERMS_URL,
      }),
    );
    app.decorate('contract', contract);
  },
  { name: 'openapi', dependencies: ['operations'] },
);
