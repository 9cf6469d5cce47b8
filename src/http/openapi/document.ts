import packageJson from '../../../package.json' with { type: 'json' };
import type { Operation } from '../operations.ts';
import { INTRODUCTION, TAGS } from './introduction.ts';
import { type Json, Library, sorted } from './library.ts';
import { describeOperation, SECURITY } from './operation.ts';
import { EXAMPLE_URL } from './problems.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const INFO = {
  title: 'Imprint',
  version: packageJson.version,
  description: INTRODUCTION,
  contact: { name: 'Imprint', email: 'api@imprint.example', url: 'https://www.imprint.example/contact' },
  license: { name: packageJson.license, identifier: packageJson.license },
  termsOfService: 'https://www.imprint.example/terms',
};

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'The access token that `login` gives: a JWT signed with Ed25519 (EdDSA), valid for minutes and tied to a session that can be revoked. It is checked as RFC8725 advises: one algorithm, issuer, audience, type and expiry.',
};

/**
 * The OpenAPI 3.1.1 document of the operations, by the paths they stand at. It is the same on every machine, in an order
 * that does not depend on that of registration.
 *
 * @param publicUrl the address clients see; an example where it is not known
 */
export function documentOf(
  operations: ReadonlyMap<string, readonly Operation[]>,
  publicUrl = EXAMPLE_URL,
): Json {
  const library = new Library();
  const paths = Object.entries(sorted(operations)).map(([path, at]) => {
    const inOrder = at.toSorted((one, other) => METHODS.indexOf(one.method) - METHODS.indexOf(other.method));
    return [
      path,
      Object.fromEntries(inOrder.map((one) => [one.method.toLowerCase(), describeOperation(library, one)])),
    ];
  });
  library.use('securitySchemes', 'bearer', () => BEARER);
  return {
    openapi: '3.1.1',
    info: INFO,
    servers: [
      { url: publicUrl, description: 'The service in production.', 'x-internal': false },
      {
        url: 'http://127.0.0.1:3000',
        description: 'A local one, as `npm start` runs it.',
        'x-internal': true,
      },
    ],
    security: SECURITY,
    tags: tagsOf([...operations.values()].flat()),
    paths: Object.fromEntries(paths),
    components: library.toComponents(),
  };
}

function tagsOf(operations: Operation[]): Json[] {
  const used = new Set(operations.flatMap(({ schema }) => schema.tags ?? []));
  return [...used].sort().map((name) => {
    const description = TAGS[name];
    if (!description) throw new Error(`the tag ${name} has no description`);
    return { name, description };
  });
}
