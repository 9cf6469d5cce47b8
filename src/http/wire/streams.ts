import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { authorize } from '../access/access.ts';

/**
 * A response body that is generated while it is sent, with backpressure, until the caller disconnects. An error before the
 * first piece can still be answered as a problem. A later one destroys the connection, so that the caller notices that the
 * body is incomplete; so does the loss of the right to it. A HEAD gets an empty body.
 */
export async function streamed(
  request: FastifyRequest,
  pieces: AsyncGenerator<string, void>,
): Promise<Readable> {
  const first = await pieces.next();
  if (first.done || request.method === 'HEAD') {
    await pieces.return();
    return Readable.from([]);
  }
  const body = Readable.from(startingWith(request, first.value, pieces));
  body.once('error', (error) => {
    request.log.error({ err: error }, 'the answer could not be sent to its end');
    request.raw.destroy();
  });
  return body;
}

async function* startingWith(request: FastifyRequest, first: string, rest: AsyncGenerator<string, void>) {
  yield first;
  for await (const piece of rest) {
    await authorize(request);
    yield piece;
  }
}
