// Under which terms an operation is called, in two versions of the contract, and what a change of them means to callers.
// Redocly compares what is written at an operation; these also follow from what is not, and say who is let in.
import { isDeepStrictEqual } from 'node:util';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { ACCESS, type Access } from '../../http/access/access.ts';
import type { Change } from './change.ts';

const Requirement = Type.Record(Type.String(), Type.Array(Type.String()));
type Requirement = Static<typeof Requirement>;
const Limit = Type.Object({
  tier: Type.String(),
  requests: Type.Optional(Type.Number()),
  seconds: Type.Optional(Type.Number()),
});
type Limit = Static<typeof Limit>;
const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()]);
const Operation = Type.Object({
  security: Type.Optional(Type.Array(Requirement)),
  'x-access': Type.Optional(Type.Union(ACCESS.map((access) => Type.Literal(access)))),
  'x-scope': Type.Optional(orNull(Type.String())),
  'x-recent-sign-in': Type.Optional(orNull(Type.Number())),
  'x-rate-limit': Type.Optional(Limit),
  'x-key-rate-limit': Type.Optional(orNull(Limit)),
  'x-partner-origins': Type.Optional(Type.Boolean()),
});
type Operation = Static<typeof Operation>;

/** What is an operation in a path; the path may hold more than them. */
export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;
const optional = Type.Optional(Operation);
const PathItem = Type.Object({
  get: optional,
  put: optional,
  post: optional,
  delete: optional,
  patch: optional,
});

/** What is compared of a document, whatever its version. */
export const Document = Type.Object({
  info: Type.Object({ version: Type.String() }),
  paths: Type.Record(Type.String(), PathItem),
  security: Type.Optional(Type.Array(Requirement)),
});
export type Document = Static<typeof Document>;
interface Place {
  /** As people call it: `GET /api/v1/tags`. */
  name: string;
  /** Its JSON pointer. */
  at: string;
  operation: Operation;
  security: Requirement[];
}
/** What is said of one term: nothing where it has not changed. */
type Compare = (base: Place, revision: Place) => Omit<Change, 'at'> | undefined;

/** The operations by what stays: the method, and the path without the names of its parameters. */
function operationsOf({ paths, security = [] }: Document): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const own = operation.security ?? security;
      places.set(`${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`, {
        name: `\`${method.toUpperCase()} ${path}\``,
        at: `#/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method}`,
        operation,
        security: own.length > 0 ? own : [{}], // no requirement at all is the empty one (OpenAPI 3.1.1, section 4.8.10)
      });
    }
  }
  return places;
}

/** Whether who fulfils this requirement is let in by one of those. */
const isLetIn = (requirement: Requirement, by: Requirement[]): boolean =>
  by.some((other) =>
    Object.entries(other).every(
      ([scheme, scopes]) =>
        scopes.every((scope) => requirement[scheme]?.includes(scope)) && scheme in requirement,
    ),
  );

const wordsOf = (security: Requirement[]): string =>
  security.map((one) => Object.keys(one).join(' and ') || 'nothing').join(' or ');

const security: Compare = (base, revision) => {
  const text = `${revision.name} needs ${wordsOf(revision.security)}; it needed ${wordsOf(base.security)}.`;
  if (!base.security.every((one) => isLetIn(one, revision.security))) return { kind: 'breaking', text };
  if (!revision.security.every((one) => isLetIn(one, base.security))) return { kind: 'additive', text };
  return undefined;
};

/**
 * Compares what the documents say for programs. A document from before they did says nothing, so that this is only new to
 * read; to say it no longer is breaking, since nobody can tell then what holds.
 *
 * @param compare what it means and in words, where both say something and it is not the same
 */
const said =
  <Value>(
    key: string,
    read: (operation: Operation) => Value | undefined,
    compare: (from: Value, to: Value) => { isWider: boolean; words: string },
  ): Compare =>
  (base, revision) => {
    const [from, to] = [read(base.operation), read(revision.operation)];
    if (isDeepStrictEqual(from, to)) return undefined;
    if (from === undefined) return { kind: 'documentation', text: revision.name };
    if (to === undefined)
      return { kind: 'breaking', text: `${revision.name}: \`${key}\` is not said any more.` };
    const { isWider, words } = compare(from, to);
    return { kind: isWider ? 'additive' : 'breaking', text: `${revision.name} ${words}` };
  };

/** How few are let in. Authors and moderators are others, so that neither is wider. */
const NARROWNESS: Record<Access, number> = {
  public: 0,
  visitor: 1,
  user: 2,
  author: 3,
  moderator: 3,
  admin: 4,
};

/** Whether nobody is held back by the one who was not by the other. */
const isAsWide = (from: Limit, to: Limit): boolean =>
  (to.requests ?? Infinity) >= (from.requests ?? Infinity) && (to.seconds ?? 0) <= (from.seconds ?? 0);

const signInInWords = (seconds: number | null) =>
  seconds === null ? 'no recent sign-in' : `a sign-in within ${seconds} seconds`;

const keysInWords = (scope: string | null) => (scope === null ? 'no API key' : `API keys with \`${scope}\``);

const limitInWords = ({ tier, requests, seconds }: Limit): string =>
  requests === undefined ? 'no limit' : `a limit of ${requests} requests in ${seconds} seconds (\`${tier}\`)`;

/** How the terms of an operation are compared, each by the name it has in the document. */
const TERMS: Record<string, Compare> = {
  security,
  'x-access': said(
    'x-access',
    (operation) => operation['x-access'],
    (from, to) => ({
      isWider: NARROWNESS[to] < NARROWNESS[from],
      words: `is open to \`${to}\`; it was open to \`${from}\`.`,
    }),
  ),
  'x-scope': said(
    'x-scope',
    (operation) => operation['x-scope'],
    (from, to) => ({
      isWider: from === null,
      words: `is open to ${keysInWords(to)}; it was open to ${keysInWords(from)}.`,
    }),
  ),
  'x-recent-sign-in': said(
    'x-recent-sign-in',
    (operation) => operation['x-recent-sign-in'],
    (from, to) => ({
      isWider: to === null || (from !== null && to > from),
      words: `needs ${signInInWords(to)}; it needed ${signInInWords(from)}.`,
    }),
  ),
  'x-rate-limit': said(
    'x-rate-limit',
    (operation) => operation['x-rate-limit'],
    (from, to) => ({
      isWider: isAsWide(from, to),
      words: `has ${limitInWords(to)}; it had ${limitInWords(from)}.`,
    }),
  ),
  'x-key-rate-limit': said(
    'x-key-rate-limit',
    (operation) => operation['x-key-rate-limit'],
    (from, to) => ({
      isWider: from === null || (to !== null && isAsWide(from, to)),
      words: `has for API keys ${to ? limitInWords(to) : 'no use'}; it had ${from ? limitInWords(from) : 'none'}.`,
    }),
  ),
  'x-partner-origins': said(
    'x-partner-origins',
    (operation) => operation['x-partner-origins'],
    (_, to) => ({
      isWider: to,
      words: `may ${to ? 'now' : 'no longer'} be called from pages of partners.`,
    }),
  ),
};

/** Where Redocly reports what is compared here. */
const COMPARED = new RegExp(`^#/(paths/[^/]+/[a-z]+/)?(${Object.keys(TERMS).join('|')})(/|$)`);

/** Whether a change that Redocly reports is one of those that are compared here. */
export const isTerm = ({ path, property }: { path: string; property?: string }): boolean =>
  COMPARED.test(property ? `${path}/${property}` : path);

/** What changes in the terms of the operations that both versions have. */
export function termsBetween(base: Document, revision: Document): Change[] {
  const before = operationsOf(base);
  return [...operationsOf(revision)].flatMap(([key, place]) => {
    const former = before.get(key);
    if (!former) return [];
    return Object.entries(TERMS).flatMap(([term, compare]) => {
      const change = compare(former, place);
      return change ? [{ at: `${place.at}/${term}`, ...change }] : [];
    });
  });
}
