import type { TSchema } from '@sinclair/typebox';
import { text } from './schema.ts';

/** Headers, defined beside what sets or reads them, so that the contract and the code cannot name different ones. */

/** A header of responses or requests. */
export interface Header {
  /** As the contract writes it, such as `Retry-After`. */
  name: string;
  /** Says what it means, with an example. */
  schema: TSchema;
  /** Of responses: it is on every one that documents it. Of requests: without it the request is refused. */
  required: boolean;
}

/** On which of an operation's responses a header is documented. */
export type OnStatus = (status: number) => boolean;
export const onEvery: OnStatus = () => true;
export const onSuccess: OnStatus = (status) => status < 400;

const ofResponses = new Map<string, Header>();
const ofRequests = new Map<string, Header>();

/** Every documented header of responses, by name. */
export const responseHeaders: ReadonlyMap<string, Header> = ofResponses;
/** Every documented header of requests that a concern reads, by name. */
export const requestHeaders: ReadonlyMap<string, Header> = ofRequests;

type Define = (name: string, schema: TSchema, options?: { required?: boolean }) => Header;

const defineIn =
  (headers: Map<string, Header>): Define =>
  (name, schema, { required = false } = {}) => {
    if (headers.has(name)) throw new Error(`the header ${name} is defined twice`);
    const header = { name, schema, required };
    headers.set(name, header);
    return header;
  };

/**
 * Defines a header of responses. A concern that sets it adds it to `contribution.responseHeaders`; an operation that
 * sets it itself names it in its response.
 */
export const defineResponseHeader = defineIn(ofResponses);

/** Defines a header of requests. The concern that reads it adds it to `contribution.requestHeaders`. */
export const defineRequestHeader = defineIn(ofRequests);

/** The header called so. @throws {Error} where there is none */
export function responseHeader(name: string): Header {
  const header = ofResponses.get(name);
  if (!header) throw new Error(`the response header ${name} is not defined`);
  return header;
}

/** Set by the handlers of operations that create something; their responses say so. */
export const LOCATION = defineResponseHeader(
  'Location',
  text({
    maxLength: 300,
    pattern: '^/[!-~]*$',
    description: 'The address of what was made.',
    examples: ['/api/v1/posts/01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f'],
  }),
  { required: true },
);

/** Set by the handlers of operations whose response is a file. */
export const CONTENT_DISPOSITION = defineResponseHeader(
  'Content-Disposition',
  text({
    maxLength: 100,
    pattern: '^attachment; filename="[a-z0-9.-]+"$',
    description: 'That the answer is a file to keep, and a name for it (RFC 6266).',
    examples: ['attachment; filename="personal-data.json"'],
  }),
  { required: true },
);
