import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { admit } from '../access/access.ts';

/**
 * The body of an answer that is made while it is sent: the next piece when the one before has been taken, and none once
 * the caller is gone. What fails before the first piece can still be answered as a problem. What fails later ends the
 * connection, so that nobody takes a part for the whole; so does the caller's losing the right to it. A HEAD gets an empty
 * one.
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
    await admit(request);
    yield piece;
  }
}
