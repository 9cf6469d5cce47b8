import type { FastifyReply } from 'fastify';
import { defineResponseHeader } from '../contract/headers.ts';
import { text } from '../contract/schema.ts';

/** On every 429 and 503. */
export const RETRY_AFTER = defineResponseHeader(
  'Retry-After',
  text({
    maxLength: 10,
    pattern: '^[0-9]+$',
    description: 'In how many seconds to try again.',
    examples: ['30'],
  }),
  { required: true },
);

/** Where nothing better is known, as for most 503. */
const DEFAULT_SECONDS = 2;

/** Sets `Retry-After`. */
export function setRetryAfter(reply: FastifyReply, seconds = DEFAULT_SECONDS): void {
  reply.header(RETRY_AFTER.name, String(seconds));
}
