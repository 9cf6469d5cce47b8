import fp from 'fastify-plugin';
import { addHook, type Operation } from './operations.ts';
import { InternalError, ServiceUnavailable } from './problems.ts';

/**
 * Declared statuses are law: an answer with a status that the operation does not declare becomes a 500, in the log with
 * its reason. So the contract cannot leave out what the code answers.
 */
export const answers = fp(async (app) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation) return;
    const { problems } = operation.contribution;
    problems.add(InternalError);
    // Without a limit stands only what has to be answered under any load, and without the database.
    if (operation.config.limit !== 'none') problems.add(ServiceUnavailable);
    addHook(route, 'onSend', (_request, reply, payload, done) => {
      const { statusCode } = reply;
      if (declaredStatuses(operation).has(statusCode)) done(null, payload);
      else done(new Error(`${operation.id} answered with the undeclared status ${statusCode}`));
    });
  });
});

const known = new WeakMap<object, Set<number>>();

/** Every status an operation may answer with. */
export function declaredStatuses(operation: Operation): Set<number> {
  let statuses = known.get(operation);
  if (!statuses) {
    const { problems, statuses: others } = operation.contribution;
    statuses = new Set([
      ...Object.keys(operation.schema.response ?? {}).map(Number),
      ...others.keys(),
      ...[...problems].map((one) => one.status),
    ]);
    known.set(operation, statuses);
  }
  return statuses;
}
