import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addHook } from '../contract/operations.ts';
import {
  BodyTooLarge,
  MalformedRequest,
  UnsupportedMediaType,
  ValidationFailed,
} from '../contract/problems.ts';
import { query } from '../contract/schema.ts';
import { allFaults, type Fault, MAX_FAULTS, textFaults } from '../contract/validation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Faults that were found before validation; they are answered together with those of the schemas. */
    faults: Fault[];
  }
}

/** Rejects a request with faults, together with those that its schemas find. */
export const rejectFaults = fp(async (app) => {
  app.addHook('onRoute', (route) => {
    if (!route.config?.operation) return;
    addHook(route, 'preValidation', (request, _reply, done) => {
      if (request.faults.length === 0) return done();
      const errors = [...request.faults, ...allFaults(request)].slice(0, MAX_FAULTS);
      done(new ValidationFailed(undefined, { errors }));
    });
  });
});

const MERGE_PATCH = 'application/merge-patch+json';
const JSON_TYPES = ['application/json', MERGE_PATCH];

/**
 * Parses bodies: JSON in UTF-8 (RFC 8259), or a merge patch (RFC 7396) for PATCH; nothing else. `__proto__` and
 * `constructor.prototype` are rejected. An operation without query parameters rejects every one as unknown.
 */
export const bodies = fp(async (app) => {
  app.decorateRequest('faults');
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    JSON_TYPES,
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      // Many clients send a content type without a body.
      if (body.length === 0 && !request.routeOptions.schema?.body) return done(null, undefined);
      if (request.method !== 'PATCH' && request.headers['content-type']?.startsWith(MERGE_PATCH))
        return done(new UnsupportedMediaType());
      if (!isUtf8(body)) return done(new MalformedRequest('The body is not in UTF-8.'));
      const source = body.toString('utf8');
      parse(request, source, (error, value) => {
        if (error)
          return done(new MalformedRequest(`The body is not JSON that can be read: ${error.message}.`));
        request.faults ??= []; // a request without an operation may have a body too
        request.faults.push(...textFaults(source, value));
        done(null, value);
      });
    },
  );

  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation || !route.schema) return;
    const { problems } = operation.contribution;
    problems.add(ValidationFailed);
    if (!route.schema.querystring) route.schema = { ...route.schema, querystring: query({}) };
    // A body is parsed, and then ignored, even where none is expected.
    if (operation.method !== 'GET' && operation.method !== 'HEAD')
      problems.add(MalformedRequest).add(BodyTooLarge).add(UnsupportedMediaType);
    addHook(route, 'onRequest', (request, _reply, done) => {
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity' && request.method !== 'GET')
        return done(new UnsupportedMediaType('Send the body as it is, without a Content-Encoding.'));
      request.faults = [];
      if (request.url.includes('%00')) {
        const pointer = request.url.split('?', 1)[0]?.includes('%00') ? '/path' : '/query';
        request.faults.push({ pointer, code: 'invalid', detail: 'must not contain NUL' });
      }
      done();
    });
  });
});
