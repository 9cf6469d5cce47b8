import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { memoised } from '../../platform/memoised.ts';
import { findMatchingTag, withEncoding } from '../concerns/conditional.ts';

type Encoding = 'br' | 'gzip' | 'identity';

const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
/** How content is compressed, once for all requests. */
export const ENCODERS: Record<Encoding, (content: Buffer) => Promise<Buffer>> = {
  br: (content) => promisify(brotliCompress)(content, QUALITY),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
  identity: async (content) => content,
};

/** The best encoding that an Accept-Encoding header (RFC 9110, section 12.5.3) allows. */
function encodingFor(accepted = ''): Encoding {
  const allowed = accepted
    .split(',')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => !/;\s*q=0(\.0*)?$/.test(one))
    .map((one) => one.split(';', 1)[0]);
  return allowed.includes('br') ? 'br' : allowed.includes('gzip') ? 'gzip' : 'identity';
}

/**
 * A handler for content that stays the same as long as the process runs. The content is made at the first request,
 * compressed once for each encoding, and has an ETag. What fails is tried again at the next request.
 *
 * @param type the media type
 * @param make gives the content
 */
export function staticContent(type: string, make: () => Promise<string | Buffer>, encoders = ENCODERS) {
  const plain = memoised(async () => {
    const content = Buffer.from(await make());
    return { content, etag: `"${hash('sha1', content, 'base64url').slice(0, 16)}"` };
  });
  const encodedBy = (encoding: Encoding) => memoised(async () => encoders[encoding]((await plain()).content));
  const encoded = { br: encodedBy('br'), gzip: encodedBy('gzip'), identity: encodedBy('identity') };
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Buffer | undefined> => {
    const { etag } = await plain();
    const encoding = encodingFor(request.headers['accept-encoding']?.toString());
    const tags = request.headers['if-none-match'];
    const isCurrent = tags !== undefined && findMatchingTag(tags, etag) !== undefined;
    const body = isCurrent ? undefined : await encoded[encoding]();
    reply.header('etag', withEncoding(etag, encoding));
    if (isCurrent) {
      reply.code(304);
      return undefined;
    }
    if (encoding !== 'identity') reply.header('content-encoding', encoding);
    reply.type(type);
    return body;
  };
}
