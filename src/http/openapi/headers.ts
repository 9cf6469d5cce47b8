import { type TSchema, Type } from '@sinclair/typebox';
import { REMEMBERED_HOURS } from '../../platform/idempotency/index.ts';
import { isRead, SESSION_COOKIE } from '../access/credentials.ts';
import type { Operation } from '../contract/operations.ts';
import { InsufficientScope } from '../contract/problems.ts';
import { text } from '../contract/schema.ts';
import { type Json, type Library, sorted } from './library.ts';
import { exampleOf, schemaNamed, toSchema } from './schemas.ts';

/** The headers that the shared concerns send and read; an operation names those it has. */

/** A header of answers; a required one is on every answer that documents it. */
interface AnswerHeader {
  schema: TSchema;
  required?: boolean;
}

/** The headers of answers, by name. */
export const ANSWER_HEADERS: Readonly<Record<string, AnswerHeader>> = {
  'Access-Control-Allow-Origin': {
    schema: text({
      maxLength: 300,
      pattern: '^(https?://[^/]+)$',
      description: 'The origin of the page that asked, where it is one that may read the answer (CORS).',
      examples: ['https://www.imprint.example'],
    }),
  },
  'Cache-Control': {
    required: true,
    schema: text({
      maxLength: 60,
      pattern: '^public, max-age=[0-9]+$',
      description: 'How long the answer may be kept, in seconds (RFC 9111).',
      examples: ['public, max-age=300'],
    }),
  },
  'Content-Disposition': {
    required: true,
    schema: text({
      maxLength: 100,
      pattern: '^attachment; filename="[a-z0-9.-]+"$',
      description: 'That the answer is a file to keep, and a name for it (RFC 6266).',
      examples: ['attachment; filename="personal-data.json"'],
    }),
  },
  Deprecation: {
    required: true,
    schema: text({
      maxLength: 20,
      pattern: '^@[0-9]+$',
      description: 'Since when the operation should not be used any more, in seconds since 1970 (RFC 9745).',
      examples: ['@1793491200'],
    }),
  },
  ETag: {
    required: true,
    schema: text({
      maxLength: 100,
      pattern: '^"[!-~]*"$',
      description: 'The entity tag of the answer (RFC 9110), for If-None-Match and If-Match.',
      examples: ['"4-dTq2mJ0f7Zk1Yx9w"'],
    }),
  },
  'Idempotency-Replayed': {
    schema: Type.Unsafe<string>({
      type: 'string',
      enum: ['true'],
      description: 'Present where the answer is that of an earlier request with the same Idempotency-Key.',
      examples: ['true'],
    }),
  },
  Link: {
    schema: text({
      maxLength: 4000,
      pattern: '^<[^>]*>; rel="next"$',
      description: 'Where the next page is, as rel="next" (RFC 8288); absent on the last one.',
      examples: ['</api/v1/posts?page=2>; rel="next"'],
    }),
  },
  Location: {
    required: true,
    schema: text({
      maxLength: 300,
      pattern: '^/[!-~]*$',
      description: 'The address of what was made.',
      examples: ['/api/v1/posts/01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f'],
    }),
  },
  RateLimit: {
    schema: text({
      maxLength: 100,
      pattern: '^"[a-z-]+";r=[0-9]+;t=[0-9]+$',
      description: 'How many requests are left (r), and in how many seconds the count starts anew (t).',
      examples: ['"reads";r=598;t=42'],
    }),
  },
  'RateLimit-Policy': {
    schema: text({
      maxLength: 100,
      pattern: '^"[a-z-]+";q=[0-9]+;w=[0-9]+$',
      description: 'How many requests (q) are allowed in how many seconds (w).',
      examples: ['"reads";q=600;w=60'],
    }),
  },
  'Retry-After': {
    required: true,
    schema: text({
      maxLength: 10,
      pattern: '^[0-9]+$',
      description: 'In how many seconds to try again.',
      examples: ['30'],
    }),
  },
  'Set-Cookie': {
    schema: text({
      maxLength: 300,
      pattern: `^${SESSION_COOKIE}=[!-~]*;( Max-Age=[0-9]+;)? Path=/; HttpOnly; Secure; SameSite=Lax$`,
      description: 'The cookie of a browser’s session, or an empty one where that is over (RFC 6265).',
      examples: [
        `${SESSION_COOKIE}=imp_bs_Zk1Yx9wdTq2mJ0f7b9Jx3pWcT5vRn8sLdE6uHaXoYiB; Path=/; HttpOnly; Secure; SameSite=Lax`,
      ],
    }),
  },
  Sunset: {
    required: true,
    schema: text({
      maxLength: 40,
      description: 'When the operation ends (RFC 8594).',
      examples: ['Tue, 01 Jun 2027 00:00:00 GMT'],
    }),
  },
  'WWW-Authenticate': {
    schema: text({
      maxLength: 200,
      pattern: '^Bearer .+$',
      description: 'How to authenticate (RFC 6750).',
      examples: ['Bearer realm="imprint", error="invalid_token"'],
    }),
  },
  'X-Request-ID': {
    required: true,
    schema: text({
      maxLength: 128,
      pattern: '^[A-Za-z0-9._~-]+$',
      description: 'The id of the request: the one it came with, if well formed, or a new one.',
      examples: ['0f8c2e54-5d0b-4f0e-9a3c-0d7f6b1a2c3d'],
    }),
  },
};

/** The request headers that the shared concerns read, by name. */
export const REQUEST_HEADERS: Record<string, { schema: TSchema; required?: boolean }> = {
  'Accept-Language': {
    schema: text({
      maxLength: 1000,
      description: 'The languages that the person prefers (RFC 9110), for the mails they will get.',
      examples: ['de-AT, de;q=0.9, en;q=0.5'],
    }),
  },
  'Idempotency-Key': {
    schema: text({
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~]+$',
      description: `A key of your own, such as a UUID. The request has its effect once, however often it is sent with the same key and body within ${REMEMBERED_HOURS} hours.`,
      examples: ['5f0c2b1e-7d4a-4f3b-9a57-1c3c0f1d2e4b'],
    }),
  },
  'If-Match': {
    required: true,
    schema: text({
      minLength: 1,
      maxLength: 1000,
      pattern: '^[ -~]+$',
      description: 'The ETag of the version that the change is based on.',
      examples: ['"4-dTq2mJ0f7Zk1Yx9w"'],
    }),
  },
  'If-None-Match': {
    schema: text({
      minLength: 1,
      maxLength: 1000,
      pattern: '^[ -~]+$',
      description:
        'The ETag of the answer you already have; you get a 304 where it is still the current one.',
      examples: ['"4-dTq2mJ0f7Zk1Yx9w"'],
    }),
  },
};

const EVERYWHERE = ['Access-Control-Allow-Origin', 'X-Request-ID'];

/** The header that belongs to every answer with a status. */
const STATUS_HEADERS: Readonly<Record<number, string>> = {
  401: 'WWW-Authenticate',
  429: 'Retry-After',
  503: 'Retry-After',
};

/** The names of the headers that an answer of an operation with this status has or may have. */
export function headerNamesOf({ method, schema, config, contribution }: Operation, status: number): string[] {
  const answers = (schema.response ?? {}) as Record<string, TSchema>;
  const names = [
    ...EVERYWHERE,
    ...contribution.everyHeaders,
    ...(status < 400 ? contribution.answerHeaders : []),
    ...(answers[status]?.['x-location'] ? ['Location'] : []),
    ...(answers[status]?.['x-headers'] ?? []),
    ...(status === 403 && [...contribution.problems].includes(InsufficientScope) ? ['WWW-Authenticate'] : []),
    ...(status === 401 && isRead(method) && config.access !== 'public' && config.access !== 'visitor'
      ? ['Set-Cookie']
      : []),
  ];
  return [...names, STATUS_HEADERS[status] ?? []].flat();
}

/** The headers of an answer. */
export function useHeaders(library: Library, names: readonly string[]): Json {
  return sorted(
    names.map((name) => {
      const header = ANSWER_HEADERS[name];
      if (!header) throw new Error(`the answer header ${name} is not described`);
      const { required, schema } = header;
      return [
        name,
        library.use('headers', name, () => ({
          ...(required && { required }),
          ...described(library, schema),
        })),
      ];
    }),
  );
}

/** A request header that a shared concern reads. */
export function useRequestHeader(library: Library, name: string): Json {
  const header = REQUEST_HEADERS[name];
  if (!header) throw new Error(`the request header ${name} is not described`);
  const { schema, required = false } = header;
  return library.use('parameters', name, () => ({
    name,
    in: 'header',
    required,
    ...described(library, schema),
  }));
}

/** Headers and parameters say what they are and give their example outside their schema. */
export function described(library: Library, schema: TSchema): Json {
  const { description, examples: _examples, ...rest } = toSchema(library, schema);
  const said = schema.$ref ? schemaNamed(schema.$ref).description : description;
  return { description: said, schema: rest, example: exampleOf(schema) };
}
