import type { FastifyReply, FastifyRequest } from 'fastify';
import { withVersion } from '../../../src/http/concerns/conditional.ts';
import { pageOf } from '../../../src/http/concerns/pagination.ts';
import { defineProblem, ServiceUnavailable } from '../../../src/http/contract/problems.ts';
import { component, integer, text } from '../../../src/http/contract/schema.ts';

/** What the operations of the concerns answer with. */

export const Thing = component(
  'ThrowawayThing',
  {
    name: text({ maxLength: 50, description: 'Its name.', examples: ['thing'] }),
    version: integer({ description: 'Its version.', examples: [4] }),
  },
  { description: 'Something that is there for a test.' },
);
export const ThingPage = pageOf(Thing, 'ThrowawayThingPage', 'Some of them.');
const TEAPOT = {
  code: 'throwaway_teapot',
  status: 409,
  title: 'Teapot',
  description: 'It makes no coffee, and never did.',
};
export const Teapot = defineProblem(TEAPOT);

export const thing = { name: 'thing', version: 4 };

/** The handler does what the request asks for, whether the operation has declared it or not. */
export async function fulfil(request: FastifyRequest, reply: FastifyReply) {
  const { 'x-outcome': outcome } = request.headers;
  if (outcome === 'fail') throw new Error('it was asked for');
  if (outcome === 'busy') throw new ServiceUnavailable();
  if (outcome === 'teapot') throw new Teapot();
  if (outcome === 'later') return reply.code(202).send(thing);
  return withVersion(reply, thing);
}
