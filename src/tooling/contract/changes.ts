// What changes between two versions of the contract, and which version number that asks for.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Static, Type } from '@sinclair/typebox';
import { MORE_MAY_COME } from '../../http/contract/schema.ts';
import { propertiesOf } from '../../platform/unknown.ts';
import { parseJson } from '../json.ts';
import { type Change, KINDS, type Kind } from './change.ts';
import { DECIDED } from './decided.ts';
import { documentAt } from './read.ts';
import { QUIETLY, REDOCLY, RULES } from './redocly.ts';
import { rejoinParameters } from './reworded-parameters.ts';
import { isTerm, METHODS, termsBetween } from './terms.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The document as the code has it, and as it was last released. */
export const CURRENT = `${ROOT}openapi/openapi.json`;
export const RELEASED = `${ROOT}openapi/released/openapi.json`;
export const CHANGELOG = `${ROOT}openapi/CHANGELOG.md`;

const oneOf = <const V extends string>(...values: V[]) =>
  Type.Union(values.map((value) => Type.Literal(value)));

const Side = Type.Object({ pointer: Type.String(), value: Type.Optional(Type.Unknown()) });
type Side = Static<typeof Side>;

/** A change as `redocly diff` reports it; `impact` is its rating by the rules `diff-recommended`. */
const Reported = Type.Object({
  path: Type.String(),
  typeName: Type.String(),
  kind: oneOf('added', 'removed', 'modified'),
  impact: oneOf('major', 'minor', 'patch'),
  property: Type.Optional(Type.String()),
  verdicts: Type.Array(Type.Object({ ruleId: Type.String(), message: Type.String() })),
  base: Type.Optional(Side),
  revision: Type.Optional(Side),
});
type Reported = Static<typeof Reported>;
const Report = Type.Object({ changes: Type.Array(Reported) });

// Where Redocly's rating is not ours: it takes each of these for harmless.
/** Another success or redirection is not what callers look for; 403 and 428 refuse who was let in before. */
const BREAKING_STATUS = /\/responses\/(2\d\d|30[12378]|403|428)$/;
/** The same request means something else, or a value is read in another way. */
const BREAKING_PROPERTIES = new Set(['default', 'format']);
/** The types of generated clients are called as the components are; problems of several kinds have made-up names. */
const COMPONENT = /^#\/components\/schemas\/(?!\w+Problem$)\w+$/;

/** Shared answers, headers and so on: what they are called nobody outside sees, and what uses them is reported by itself. */
const UNSEEN = /^#\/components\/(?!schemas|securitySchemes)\w+\/[^/]+$/;

const WORDS = new Set([
  'description',
  'summary',
  'title',
  'examples',
  'example',
  'contact',
  'termsOfService',
]);
const WORDY_TYPES = new Set(['Info', 'Contact', 'License', 'Tag', 'Example', 'ExamplesMap', 'ExternalDocs']);

/** And here it takes for breaking what callers have been told to expect: another value of such an enumeration. */
function isForeseen({ verdicts, base: side }: Reported, base: unknown): boolean {
  const schema = walk(base, (side?.pointer ?? '').replace(/\/enum$/, '')).at(-1)?.node;
  const says = String(propertiesOf(schema).description).includes(MORE_MAY_COME);
  return says && verdicts.every(({ ruleId }) => ruleId === 'enum-values-added');
}

/** What generated clients make names of: methods from the first tag, arguments from parameters, those of paths too. */
function isCalledDifferently({ typeName, kind, property = '', base, revision }: Reported): boolean {
  const place = `${typeName} ${property}`;
  if (place === 'Operation tags') return propertiesOf(base?.value)[0] !== propertiesOf(revision?.value)[0];
  return kind === 'modified' && ['PathItem key', 'Parameter name'].includes(place);
}

/** Whether it is no change to anybody outside. A new version number alone is none. */
function isUnseen({ typeName, kind, property, path }: Reported): boolean {
  if (typeName === 'Info' && property === 'version') return true;
  return UNSEEN.test(path) && (kind !== 'modified' || property === 'key');
}

/** Whether it is an extension, or something in one; headers and properties may be called like that too. */
const isExtension = ({ path, property = '' }: Reported): boolean =>
  /(?<!\/headers|\/properties)\/x-[a-z]/.test(`${path}/${property}`);

function kindOf(change: Reported, base: unknown): Kind {
  const { typeName, kind, property = '' } = change;
  if (change.impact === 'major') return isForeseen(change, base) ? 'additive' : 'breaking';
  if (typeName === 'Response' && kind === 'added' && BREAKING_STATUS.test(change.path)) return 'breaking';
  if (kind === 'modified' && BREAKING_PROPERTIES.has(property)) return 'breaking';
  // A component with another name is reported as a new one and a removed one, or as one whose key has changed.
  if ((kind === 'removed' || property === 'key') && COMPONENT.test(change.base?.pointer ?? ''))
    return 'breaking';
  if (isCalledDifferently(change)) return 'breaking';
  if (isExtension(change) || WORDS.has(property) || WORDY_TYPES.has(typeName)) return 'documentation';
  return 'additive'; // whatever is more than words: a limit that is wider, an operation that is deprecated
}

const STRUCTURE = new Set(['properties', 'content', 'schema', 'items', 'parameters', 'responses', 'headers']);
const isMediaType = (part: string) => part.startsWith('application/');

/** The way to a place in a document, part by part, with what is there. */
function walk(document: unknown, pointer: string): { part: string; node: unknown }[] {
  let node = document;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const part = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      node = propertiesOf(node)[part];
      return { part, node };
    });
}

/** What has changed, called as people call it: `GET /api/v1/tags 202`, `Post.title`. */
function nameOf(change: Reported, base: unknown, revision: unknown): string {
  const way = change.revision
    ? walk(revision, change.revision.pointer)
    : walk(base, change.base?.pointer ?? '');
  // A parameter is known by its name, not by its number.
  const parts = way.map(({ part, node }) =>
    /^\d+$/.test(part) ? String(propertiesOf(node).name ?? part) : part,
  );
  if (change.property && parts.at(-1) === change.property) parts.pop();
  // An extension is named by what it belongs to.
  const extension = isExtension(change) ? parts.findIndex((part) => part.startsWith('x-')) : -1;
  if (extension >= 0) parts.splice(extension);
  const [section, second = '', third = '', ...rest] = parts;
  const inner = rest.filter((part) => !STRUCTURE.has(part) && !isMediaType(part));
  if (section === 'paths') return `\`${[`${third.toUpperCase()} ${second}`.trim(), ...inner].join(' ')}\``;
  if (section === 'components') return `\`${[third, ...inner].join('.')}\``;
  return `\`${parts.join('.') || 'openapi'}\``;
}

/** A parameter that comes, goes or is called differently, told by its operation. */
function textOfParameter(change: Reported, documents: readonly [unknown, unknown]): string | undefined {
  const { typeName, kind, property, base, revision } = change;
  if (typeName !== 'Parameter' || (kind === 'modified' && property !== 'name')) return undefined;
  const pointerOf = (side?: Side) =>
    side && { ...side, pointer: side.pointer.replace(/\/parameters\/.*/, '') };
  const [before, after] = [pointerOf(base), pointerOf(revision)];
  const operation = nameOf(
    { ...change, ...(before && { base: before }), ...(after && { revision: after }) },
    ...documents,
  );
  if (kind === 'modified')
    return `${operation}: path parameter \`${base?.value}\` is called \`${revision?.value}\`.`;
  const { in: where, name, required } = propertiesOf((revision ?? base)?.value);
  const necessary = required === true && where !== 'path' ? 'required ' : '';
  return `${operation}: ${necessary}${where} parameter \`${name}\` was ${kind}.`;
}

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return `\`${text.length > 80 ? `${text.slice(0, 80)}…` : text}\``;
};

const without = (some: unknown, others: unknown): string[] =>
  Array.isArray(some)
    ? some.filter((one) => !Array.isArray(others) || !others.includes(one)).map(String)
    : [];

function textOf(change: Reported, name: string): string {
  const { property, verdicts, base, revision } = change;
  if (verdicts.length > 0) return `${name}: ${verdicts.map(({ message }) => message).join(' ')}`;
  if (change.kind !== 'modified') return `${name} was ${change.kind}.`;
  if (property === 'key') return `\`${base?.value}\` is called \`${revision?.value}\`.`;
  if (property === 'deprecated' && revision?.value === true) return `${name} is deprecated.`;
  if (property === 'required' && (Array.isArray(base?.value) || Array.isArray(revision?.value))) {
    const [more, fewer] = [without(revision?.value, base?.value), without(base?.value, revision?.value)];
    return `${name}: ${[more.length > 0 && `now always there: ${more.join(', ')}.`, fewer.length > 0 && `no longer required: ${fewer.join(', ')}.`].filter(Boolean).join(' ')}`;
  }
  return `${name}: \`${property}\` changed from ${shown(base?.value)} to ${shown(revision?.value)}.`;
}

/** A path that comes or goes, as its operations. */
function byOperation(change: Reported): Reported[] {
  const side = change.revision ?? change.base;
  if (change.typeName !== 'PathItem' || change.kind === 'modified' || !side) return [change];
  const methods = Object.entries(propertiesOf(side.value)).filter(([method]) =>
    METHODS.some((known) => known === method),
  );
  return methods.map(([method, value]) => {
    const place = { pointer: `${side.pointer}/${method}`, value };
    const sides = change.revision ? { revision: place } : { base: place };
    return { ...change, typeName: 'Operation', path: `${change.path}/${method}`, ...sides };
  });
}

/** Whether an operation that is gone had not been deprecated, or its sunset has not come. */
function isTooSoon({ typeName, kind, base }: Reported): boolean {
  if (typeName !== 'Operation' || kind !== 'removed') return false;
  const { deprecated, 'x-sunset': sunset } = propertiesOf(base?.value);
  return deprecated !== true || !(Date.parse(String(sunset)) <= Date.now());
}

type Placed = Change & { pointer: string };
const SECTIONS = ['paths', 'components'];

function sectionOf({ pointer }: Placed): number {
  const section = SECTIONS.indexOf(pointer.split('/')[1] ?? '');
  return section < 0 ? SECTIONS.length : section;
}

/** Operations in the order of their paths, then the schemas they share, then the rest. */
function operationsFirst(one: Placed, other: Placed): number {
  const [first, second] = [sectionOf(one), sectionOf(other)];
  if (first !== 0 || second !== 0) return first - second;
  return one.at < other.at ? -1 : Number(one.at > other.at);
}

/** A change that was decided to be made although it is breaking, with the reason; any other as it is. */
function asDecided(change: Change): Change {
  const reason = change.kind === 'breaking' ? DECIDED[change.text] : undefined;
  return reason === undefined ? change : { ...change, kind: 'additive', text: `${change.text} ${reason}` };
}

/**
 * The changes from one document to another, the worst first.
 *
 * @param base, revision files
 */
export function changesBetween(base: string, revision: string): Change[] {
  // Before Redocly, which says at length what it cannot read.
  const documents = [documentAt(base), documentAt(revision)] as const;
  const options = ['--format', 'json', '--fail-on', 'none', ...RULES];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [REDOCLY, 'diff', base, revision, ...options],
    { cwd: ROOT, env: QUIETLY, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`redocly diff failed: ${stderr}`);
  const { changes: reported } = parseJson(Report, stdout.slice(stdout.indexOf('{')));
  const others = rejoinParameters(reported)
    .filter((change) => !isUnseen(change) && !isTerm(change))
    .flatMap(byOperation)
    .map((change): Placed => {
      const kind = kindOf(change, documents[0]);
      const name = nameOf(change, ...documents);
      const text =
        kind === 'documentation' ? name : (textOfParameter(change, documents) ?? textOf(change, name));
      const { pointer = '' } = change.revision ?? change.base ?? {};
      return { kind, at: change.path, text, pointer, ...(isTooSoon(change) && { tooSoon: true }) };
    });
  const terms = termsBetween(...documents).map((change): Placed => ({ ...change, pointer: change.at }));
  const changes = [...terms, ...others]
    .sort(operationsFirst)
    .map(({ pointer: _, ...change }) => asDecided(change));
  return KINDS.flatMap((kind) => changes.filter((change) => change.kind === kind));
}

/** The least version (Semantic Versioning 2.0.0) that may follow a released one with such changes. */
export function versionFor(released: string, changes: readonly Change[]): string {
  const [major = 0, minor = 0, patch = 0] = released.split('.').map(Number);
  const next: Record<Kind, string> = {
    breaking: `${major + 1}.0.0`,
    additive: `${major}.${minor + 1}.0`,
    documentation: `${major}.${minor}.${patch + 1}`,
  };
  const worst = KINDS.find((kind) => changes.some((change) => change.kind === kind));
  return worst ? next[worst] : released;
}

/** Why a document of this version must not follow the released one; nothing where it may. */
export function faultsOf(released: string, version: string, changes: readonly Change[]): string[] {
  const needed = versionFor(released, changes);
  const tooLow = version.localeCompare(needed, 'en', { numeric: true }) < 0;
  return [
    ...(tooLow
      ? [
          `after ${released} these changes need the version ${needed} at least, and package.json says ${version}`,
        ]
      : []),
    ...changes
      .filter(({ tooSoon }) => tooSoon)
      .map(({ text }) => `${text} It has to be deprecated first, and to stay until its sunset.`),
  ];
}
