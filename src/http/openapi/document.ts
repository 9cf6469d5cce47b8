import packageJson from '../../../package.json' with { type: 'json' };
import { SESSION_COOKIE } from '../access/credentials.ts';
import type { RateLimits } from '../concerns/limits.ts';
import type { Operation } from '../contract/operations.ts';
import { Components, type Json, sorted } from './components.ts';
import { introduction, TAGS } from './introduction.ts';
import { openResponses } from './open-responses.ts';
import { describeOperation, SECURITY } from './operation.ts';
import { EXAMPLE_URL } from './problems.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const INFO = {
  title: 'Imprint',
  version: packageJson.version,
  license: { name: packageJson.license, identifier: packageJson.license },
};

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'The access token that `login` gives: a JWT signed with Ed25519 (EdDSA), valid for minutes and tied to a session that can be revoked. It is checked as RFC8725 advises: one algorithm, issuer, audience, type and expiry. The public keys are at `/.well-known/jwks.json`.',
};

const COOKIE = {
  type: 'apiKey',
  in: 'cookie',
  name: SESSION_COOKIE,
  description:
    'The cookie that `createBrowserSession` sets: `Secure`, `HttpOnly`, `SameSite=Lax` and bound to the host (RFC 6265bis). A change with it has to come from a page of the service (`Sec-Fetch-Site`) or from an origin that its operator has allowed (`Origin`), or is refused with `cross_site_request`.',
};

const API_KEY = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'imp_live_ID_SECRET',
  description:
    'A key that `createApiKey` gives, in the place of an access token. It acts as its owner, and only where an operation names a scope (`x-scope`) that it has.',
};

const EXAMPLES = [
  { url: EXAMPLE_URL, description: 'The service in production.', 'x-internal': false },
  { url: 'http://127.0.0.1:3000', description: 'A local one, as npm start runs it.', 'x-internal': true },
];

/** An operation and its path, as OpenAPI writes it. */
export interface PlacedOperation {
  path: string;
  operation: Operation;
}

/** What of the settings is in the document. */
export interface DocumentSettings {
  /** The address clients see; without it the servers are examples. */
  publicUrl?: string | undefined;
  limits: RateLimits;
  /** Whom to ask about the API. */
  contactEmail?: string | undefined;
  /** The address of the terms of service. */
  termsUrl?: string | undefined;
}

/**
 * The OpenAPI 3.1.1 document of the operations. It is the same on every machine, and its order is not that of
 * registration.
 *
 * The committed document has the default limits, and nothing of a particular operator.
 */
export function documentOf(
  operations: readonly PlacedOperation[],
  { publicUrl, limits, contactEmail, termsUrl }: DocumentSettings,
): Json {
  const components = new Components();
  const bodies: unknown[] = [];
  const paths = [...byPath(operations)].map(([path, at]) => {
    const methods = at.map((one) => {
      const described = describeOperation(components, one, path, limits);
      bodies.push(described.requestBody);
      return [one.method.toLowerCase(), described];
    });
    return [path, Object.fromEntries(methods)];
  });
  components.ref('securitySchemes', 'bearer', () => BEARER);
  components.ref('securitySchemes', 'cookie', () => COOKIE);
  components.ref('securitySchemes', 'apiKey', () => API_KEY);
  return {
    openapi: '3.1.1',
    info: {
      ...INFO,
      contact: { name: 'The operator of this service', ...(contactEmail && { email: contactEmail }) },
      ...(termsUrl && { termsOfService: termsUrl }),
      description: introduction(publicUrl ?? EXAMPLE_URL, limits),
    },
    servers: publicUrl === undefined ? EXAMPLES : [{ url: publicUrl, description: 'This service.' }],
    security: SECURITY,
    tags: tagsOf(operations),
    paths: Object.fromEntries(paths),
    components: openResponses(components.toComponents(), bodies),
  };
}

/**
 * The operations by their path, in order. Paths that differ only in the names of their parameters are the same one to
 * OpenAPI, and take the names of their first method.
 */
function byPath(operations: readonly PlacedOperation[]): [string, Operation[]][] {
  const inOrder = operations.toSorted(
    (one, other) => METHODS.indexOf(one.operation.method) - METHODS.indexOf(other.operation.method),
  );
  const groups = Map.groupBy(inOrder, ({ path }) => path.replace(/\{\w+\}/g, '{}'));
  const named = [...groups.values()].map((group) => {
    return [group[0]?.path ?? '', group.map(({ operation }) => operation)] as const;
  });
  return Object.entries(sorted(named));
}

function tagsOf(operations: readonly PlacedOperation[]): Json[] {
  const used = new Set(operations.flatMap(({ operation }) => operation.schema.tags ?? []));
  return [...used].sort().map((name) => {
    const description = TAGS[name];
    if (!description) throw new Error(`the tag ${name} has no description`);
    return { name, description };
  });
}
