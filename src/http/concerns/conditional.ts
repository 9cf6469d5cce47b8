import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { isRead } from '../access/credentials.ts';
import { defineRequestHeader, defineResponseHeader, onSuccess } from '../contract/headers.ts';
import { addHook, onOperation } from '../contract/operations.ts';
import { PreconditionFailed, PreconditionRequired } from '../contract/problems.ts';
import { text } from '../contract/schema.ts';

/**
 * Conditional requests (RFC 9110, section 13). The entity tag of an answer is a hash of its bytes; that of a resource
 * with a version starts with the version: `"7-x3k…"`. `If-Match` compares the version only, so that a changed counter of
 * views does not reject an edit, while `If-None-Match` sees every change.
 */

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Its answer carries an ETag, and a read of it may be conditional; `version` also names the resource's version. */
    etag?: 'content' | 'version';
    /** A change that must name, in `If-Match`, the version it is based on. */
    ifMatch?: boolean;
  }
}

declare module 'fastify' {
  interface FastifyReply {
    /** The version of the resource in the answer. */
    resourceVersion: number | null;
  }
}

const ETAG = defineResponseHeader(
  'ETag',
  text({
    maxLength: 100,
    pattern: '^"[!-~]*"$',
    description: 'The entity tag of the answer (RFC 9110), for If-None-Match and If-Match.',
    examples: ['"4-dTq2mJ0f7Zk1Yx9w"'],
  }),
  { required: true },
);

const IF_NONE_MATCH = defineRequestHeader(
  'If-None-Match',
  text({
    minLength: 1,
    maxLength: 1000,
    pattern: '^[ -~]+$',
    description: 'The ETag of the answer you already have; you get a 304 where it is still the current one.',
    examples: ['"4-dTq2mJ0f7Zk1Yx9w"'],
  }),
);

const IF_MATCH = defineRequestHeader(
  'If-Match',
  text({
    minLength: 1,
    maxLength: 1000,
    pattern: '^[ -~]+$',
    description: 'The ETag of the version that the change is based on.',
    examples: ['"4-dTq2mJ0f7Zk1Yx9w"'],
  }),
  { required: true },
);

const TAG = /(W\/)?"([^"]*)"/g;

/** The versions that `If-Match` names; `any` for `*`. Weak tags never match (RFC 9110, section 13.1.1). */
export function expectedVersions(request: FastifyRequest): number[] | 'any' {
  const header = request.headers['if-match'];
  if (header === undefined) throw new PreconditionRequired();
  if (header.trim() === '*') return 'any';
  return [...header.matchAll(TAG)]
    .filter(([, weak]) => !weak)
    .map(([, , tag]) => Number(/^(\d{1,9})(-.*)?$/.exec(tag ?? '')?.[1]))
    .filter((version) => !Number.isNaN(version));
}

/** @throws {PreconditionFailed} where the request does not expect the version that the resource has */
export function checkVersion(expected: number[] | 'any', current: number): void {
  if (expected !== 'any' && !expected.includes(current))
    throw new PreconditionFailed(undefined, { current_version: current });
}

/** Puts the version of a resource into the entity tag of the answer. */
export function withVersion<T extends { version: number }>(reply: FastifyReply, resource: T): T {
  reply.resourceVersion = resource.version;
  return resource;
}

/** The tag in `If-None-Match` that names `etag`, in whatever encoding (weak comparison, RFC 9110, section 13.1.2). */
export function findMatchingTag(header: string, etag: string): string | undefined {
  if (header.trim() === '*') return etag;
  const tags = [...header.matchAll(TAG)].map(([, , tag]) => `"${tag}"`);
  return tags.find((tag) => tag.replace(/\.(br|gzip)"$/, '"') === etag);
}

function setEtag(request: FastifyRequest, reply: FastifyReply, payload: unknown) {
  if (reply.statusCode >= 300 || typeof payload !== 'string') return payload;
  const fingerprint = hash('sha1', payload, 'base64url').slice(0, 16);
  const etag =
    reply.resourceVersion === null ? `"${fingerprint}"` : `"${reply.resourceVersion}-${fingerprint}"`;
  reply.header('etag', etag);
  const tags = request.headers['if-none-match'];
  const matching = tags !== undefined && isRead(request.method) ? findMatchingTag(tags, etag) : undefined;
  if (matching === undefined) return payload;
  reply.code(304).header('etag', matching).removeHeader('content-type').removeHeader('content-length');
  return request.method === 'HEAD' ? '' : null; // Fastify computes Content-Length from the payload of a HEAD
}

/** Another encoding is another representation, with an entity tag of its own (RFC 9110, section 8.8.3). */
function addEncodingToEtag(reply: FastifyReply): void {
  const encoding = reply.getHeader('content-encoding');
  const etag = reply.getHeader('etag');
  if (encoding && typeof etag === 'string') reply.header('etag', withEncoding(etag, String(encoding)));
}

/** The entity tag of a representation in an encoding. */
export const withEncoding = (etag: string, encoding: string): string =>
  encoding === 'identity' ? etag : etag.replace(/"$/, `.${encoding}"`);

/** Gives compressed answers entity tags of their own. */
export const encodedEtags = fp(
  async (app) => {
    onOperation(app, ({ config }, route) => {
      if (!config.etag) return;
      addHook(route, 'onSend', (_request, reply, payload, done) => {
        addEncodingToEtag(reply);
        done(null, payload);
      });
    });
  },
  { name: 'encoded-etags', dependencies: ['conditional', '@fastify/compress'] },
);

export const conditional = fp(
  async (app) => {
    app.decorateReply('resourceVersion', null);
    app.operations.addKey('etag');
    app.operations.addKey('ifMatch');
    onOperation(app, (operation, route) => {
      const { problems, responseHeaders, requestHeaders, statuses } = operation.contribution;
      if (operation.config.etag) {
        responseHeaders.set(ETAG, onSuccess);
        if (isRead(operation.method)) {
          requestHeaders.add(IF_NONE_MATCH);
          statuses.set(304, 'The answer the caller has is still the current one.');
        }
        addHook(route, 'onSend', (request, reply, payload, done) =>
          done(null, setEtag(request, reply, payload)),
        );
      }
      if (operation.config.ifMatch) {
        requestHeaders.add(IF_MATCH);
        problems.add(PreconditionRequired).add(PreconditionFailed);
        addHook(route, 'onRequest', (request, _reply, done) => {
          expectedVersions(request);
          done();
        });
      }
    });
  },
  { name: 'conditional', dependencies: ['operations'] },
);
