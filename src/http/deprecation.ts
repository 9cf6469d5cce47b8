import fp from 'fastify-plugin';
import { addHook } from './operations.ts';

/** That an operation will go: since when it should not be used any more, and when it ends; RFC 3339. */
export interface Deprecation {
  since: string;
  /** At least six months later. */
  sunset: string;
}

/**
 * Deprecated operations say so in every answer: `Deprecation` (RFC 9745) holds the moment since when, `Sunset` (RFC 8594)
 * the one when they end.
 */
export const deprecation = fp(async (app) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    const { since, sunset } = operation?.config.deprecated ?? {};
    if (!operation || !since || !sunset) return;
    const headers = { deprecation: `@${Date.parse(since) / 1000}`, sunset: new Date(sunset).toUTCString() };
    operation.contribution.everyHeaders.add('Deprecation').add('Sunset');
    addHook(route, 'onRequest', (_request, reply, done) => {
      reply.headers(headers);
      done();
    });
  });
});
