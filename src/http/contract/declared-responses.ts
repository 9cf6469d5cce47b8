import type { TSchema } from '@sinclair/typebox';
import fp from 'fastify-plugin';
import { type Header, LOCATION, responseHeader } from './headers.ts';
import { addHook, type Operation, onOperation } from './operations.ts';
import { InternalError } from './problems.ts';

/**
 * An answer with a status that the operation does not declare becomes a 500, with the reason in the log. So the contract
 * cannot omit what the code answers.
 */
export const declaredResponses = fp(
  async (app) => {
    onOperation(app, (operation, route) => {
      operation.contribution.problems.add(InternalError);
      addHook(route, 'onSend', (_request, reply, payload, done) => {
        const { statusCode } = reply;
        if (declaredStatuses(operation).has(statusCode)) done(null, payload);
        else done(new Error(`${operation.id} answered with the undeclared status ${statusCode}`));
      });
    });
  },
  { name: 'declared-responses', dependencies: ['operations', 'conditional'] },
);

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

/** The headers that an answer of an operation with this status has or may have. */
export function declaredHeaders({ schema, contribution }: Operation, status: number): Header[] {
  const responses = (schema.response ?? {}) as Record<string, TSchema>;
  const own: readonly string[] = responses[status]?.['x-headers'] ?? [];
  const headers = new Set(own.map(responseHeader));
  if (responses[status]?.['x-location']) headers.add(LOCATION);
  for (const [header, isOn] of contribution.responseHeaders) if (isOn(status)) headers.add(header);
  return [...headers];
}
