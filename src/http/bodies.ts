import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addHook } from './operations.ts';
import { BodyTooLarge, MalformedRequest, UnsupportedMediaType, ValidationFailed } from './problems.ts';
import { query } from './schema.ts';
import { type Fault, textFaults } from './validation.ts';

const MERGE_PATCH = 'application/merge-patch+json';
const JSON_TYPES = ['application/json', MERGE_PATCH];

/**
 * Reading of bodies: JSON in UTF-8 (RFC 8259), or a merge patch (RFC 7396) for PATCH; nothing else. `__proto__` and
 * `constructor.prototype` are refused. Where an operation takes no query parameters, any is an unknown one.
 */
export const bodies = fp(async (app) => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    JSON_TYPES,
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      // Many clients name a content type even where they send nothing.
      if (body.length === 0 && !request.routeOptions.schema?.body) return done(null, undefined);
      if (request.method !== 'PATCH' && request.headers['content-type']?.startsWith(MERGE_PATCH))
        return done(new UnsupportedMediaType());
      if (!isUtf8(body)) return done(new MalformedRequest('The body is not in UTF-8.'));
      const source = body.toString('utf8');
      parse(request, source, (error, value) => {
        if (error)
          return done(new MalformedRequest(`The body is not JSON that can be read: ${error.message}.`));
        const errors = textFaults(source, value);
        return errors.length > 0 ? done(new ValidationFailed(undefined, { errors })) : done(null, value);
      });
    },
  );

  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation || !route.schema) return;
    const { problems } = operation.contribution;
    problems.add(ValidationFailed);
    if (!route.schema.querystring) route.schema = { ...route.schema, querystring: query({}) };
    // A body is read, and then ignored, even where none is expected.
    if (operation.method !== 'GET' && operation.method !== 'HEAD')
      problems.add(MalformedRequest).add(BodyTooLarge).add(UnsupportedMediaType);
    addHook(route, 'preValidation', (request, _reply, done) => {
      if (!request.url.includes('%00')) return done();
      const pointer = request.url.split('?', 1)[0]?.includes('%00') ? '/path' : '/query';
      const errors: Fault[] = [{ pointer, code: 'invalid', detail: 'must not contain NUL' }];
      done(new ValidationFailed(undefined, { errors }));
    });
  });
});
