import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import Negotiator from 'negotiator';
import { defineRequestHeader } from '../contract/headers.ts';
import { onOperation } from '../contract/operations.ts';
import { text } from '../contract/schema.ts';

/**
 * The language that a request prefers among those given (`Accept-Language`; RFC 9110, section 12.5.4), or the first of
 * them where it names none of these.
 */
export function preferredLanguage<L extends string>(
  request: FastifyRequest,
  languages: readonly [L, ...L[]],
): L {
  const preferred = new Negotiator(request).language(languages);
  return languages.find((one) => one === preferred) ?? languages[0];
}

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** It reads the language that the caller prefers. */
    language?: boolean;
  }
}

const ACCEPT_LANGUAGE = defineRequestHeader(
  'Accept-Language',
  text({
    maxLength: 1000,
    description: 'The languages that the person prefers (RFC 9110), for the mails they will get.',
    examples: ['de-AT, de;q=0.9, en;q=0.5'],
  }),
);

/** Documents the header for the operations that read it. */
export const language = fp(
  async (app) => {
    app.operations.addKey('language');
    onOperation(app, ({ config, contribution }) => {
      if (config.language) contribution.requestHeaders.add(ACCEPT_LANGUAGE);
    });
  },
  { name: 'language', dependencies: ['operations'] },
);
