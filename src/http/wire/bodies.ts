import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Fault } from '../contract/faults.ts';
import { addHook, onOperation } from '../contract/operations.ts';
import {
  BodyTooLarge,
  MalformedRequest,
  UnsupportedMediaType,
  ValidationFailed,
} from '../contract/problems.ts';
import { query } from '../contract/schema.ts';

const MERGE_PATCH = 'application/merge-patch+json';
const JSON_TYPES = ['application/json', MERGE_PATCH];

/** No schema allows a tenth of it, and nested arrays take many times their size in memory. */
const MAX_DEPTH = 100;
const [QUOTE, BACKSLASH, ...BRACKETS] = Buffer.from('"\\[]{}');
const [OPENING_ARRAY, CLOSING_ARRAY, OPENING_OBJECT, CLOSING_OBJECT] = BRACKETS;

/** Whether a JSON text is nested deeper than any body may be; checked before it is parsed. */
function isTooDeep(json: Buffer): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === OPENING_ARRAY || byte === OPENING_OBJECT) depth++;
    else if (byte === CLOSING_ARRAY || byte === CLOSING_OBJECT) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

const tooDeep: Fault = {
  pointer: '',
  code: 'invalid',
  detail: `must not be nested more than ${MAX_DEPTH} deep`,
};

/**
 * Parses bodies: JSON in UTF-8 (RFC 8259), or a merge patch (RFC 7396) for PATCH; nothing else. `__proto__` and
 * `constructor.prototype` are rejected. An operation without query parameters rejects every one as unknown.
 */
export const bodies = fp(
  async (app) => {
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
        if (isTooDeep(body)) return done(new ValidationFailed(undefined, { errors: [tooDeep] }));
        parse(request, body.toString('utf8'), (error, value) => {
          if (error) done(new MalformedRequest(`The body is not JSON that can be read: ${error.message}.`));
          else done(null, value);
        });
      },
    );

    onOperation(app, (operation, route) => {
      const { problems } = operation.contribution;
      problems.add(ValidationFailed);
      if (!route.schema?.querystring) route.schema = { ...route.schema, querystring: query({}) };
      // A body is parsed, and then ignored, even where none is expected.
      if (operation.method !== 'GET' && operation.method !== 'HEAD')
        problems.add(MalformedRequest).add(BodyTooLarge).add(UnsupportedMediaType);
      addHook(route, 'onRequest', (request, _reply, done) => {
        const encoding = request.headers['content-encoding'];
        if (encoding !== undefined && encoding !== 'identity' && request.method !== 'GET')
          return done(new UnsupportedMediaType('Send the body as it is, without a Content-Encoding.'));
        done();
      });
    });
  },
  { name: 'bodies', dependencies: ['access'] },
);
