import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { type Node, parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';
import { isRecord, propertiesOf } from '../../../src/platform/unknown.ts';
import { files, sourceOf } from './text.ts';

/**
 * Which problems the code of an operation can come to, read from the source: from its route over everything that it
 * refers to by name, through all files. Whoever refers to a problem is taken to throw it, so more may be found than can
 * happen, and what is passed in as a value (a method of an object that is made elsewhere) is not followed.
 */

const PROBLEM = 'defineProblem';

/** A declaration: the file and the name that it has there. A route is `FILE#operationId`. */
type Key = string;

interface Module {
  /** Names that come from another file, and what they are called there; `*` is the whole file. */
  imports: Map<string, { file: string; name: string }>;
  /** What is passed on under a name, and from whole files. */
  passedOn: Map<string, { file: string; name: string }>;
  passedOnWhole: string[];
  /** The names that each declaration refers to: a name, or a name of a whole file (`service.createPost`). */
  references: Map<string, Set<string>>;
  problems: Set<string>;
}

const nameOf = (node: unknown): string => String(propertiesOf(node).name ?? propertiesOf(node).value ?? '');
const isNode = (value: unknown): value is Node => isRecord(value) && typeof value.type === 'string';

/** The names that some code refers to, without what stands in the `config` of a route or is only compared. */
function referencesIn(root: Node): Set<string> {
  const found = new Set<string>();
  fullAncestor(root, (node, _state, ancestors) => {
    if (node.type !== 'Identifier') return;
    const parents = ancestors.slice(0, -1).toReversed().map(propertiesOf);
    const [parent = {}] = parents;
    if (parent.type === 'Property' && parent.key === node && parent.value !== node) return;
    if (parents.some(({ type, key }) => type === 'Property' && nameOf(key) === 'config')) return;
    if (parent.type === 'BinaryExpression' && parent.operator === 'instanceof' && parent.right === node)
      return;
    if (parent.type === 'MemberExpression' && parent.property === node && parent.computed !== true) return;
    const isWhole = parent.type === 'MemberExpression' && parent.object === node && parent.computed !== true;
    found.add(isWhole ? `${nameOf(node)}.${nameOf(parent.property)}` : nameOf(node));
  });
  return found;
}

/** The declarations of a piece of code, by name. */
function declarationsIn(statements: readonly unknown[]): [string, Node][] {
  return statements.flatMap((statement): [string, Node][] => {
    const { type, declaration, declarations, id } = propertiesOf(statement);
    if (type === 'ExportNamedDeclaration' || type === 'ExportDefaultDeclaration')
      return isNode(declaration) ? declarationsIn([declaration]) : [];
    if (Array.isArray(declarations))
      return declarations.flatMap((one): [string, Node][] => {
        const { id: target, init } = propertiesOf(one);
        if (!isNode(init)) return [];
        const { properties } = propertiesOf(target);
        const names = Array.isArray(properties)
          ? properties.map((part) => nameOf(propertiesOf(part).value))
          : [nameOf(target)];
        return names.map((name) => [name, init]);
      });
    return isNode(statement) && isNode(id) ? [[nameOf(id), statement]] : [];
  });
}

/** The routes of a plugin, by operation: the arguments of `app.route(…)`. */
function routesIn(root: Node): [string, Node][] {
  const found: [string, Node][] = [];
  fullAncestor(root, (node) => {
    const { type, callee, arguments: given } = propertiesOf(node);
    if (
      type !== 'CallExpression' ||
      nameOf(propertiesOf(callee).property) !== 'route' ||
      !Array.isArray(given)
    )
      return;
    const id = /operationId: '(\w+)'/.exec(JSON.stringify(sourcePart(root, given[0])) ?? '')?.[1];
    if (id !== undefined && isNode(given[0])) found.push([id, given[0]]);
  });
  return found;
}

const texts = new WeakMap<Node, string>();
const sourcePart = (root: Node, node: unknown): string =>
  isNode(node) ? (texts.get(root) ?? '').slice(node.start, node.end) : '';

function readModule(file: string): Module {
  const text = stripTypeScriptTypes(sourceOf(file));
  const program = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  texts.set(program, text);
  const module: Module = {
    imports: new Map(),
    passedOn: new Map(),
    passedOnWhole: [],
    references: new Map(),
    problems: new Set(),
  };
  const target = (source: unknown) => {
    const path = nameOf(source);
    return path.startsWith('.') ? join(dirname(file), path) : undefined;
  };
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      const from = target(statement.source);
      for (const one of from ? statement.specifiers : []) {
        const name = one.type === 'ImportSpecifier' ? nameOf(one.imported) : '*';
        module.imports.set(one.local.name, { file: from ?? '', name });
      }
    }
    if (statement.type === 'ExportAllDeclaration') module.passedOnWhole.push(target(statement.source) ?? '');
    if (statement.type === 'ExportNamedDeclaration' && statement.source)
      for (const one of statement.specifiers)
        module.passedOn.set(nameOf(one.exported), {
          file: target(statement.source) ?? '',
          name: nameOf(one.local),
        });
  }
  for (const [name, node] of declarationsIn(program.body)) {
    if (sourcePart(program, node).startsWith(PROBLEM)) module.problems.add(name);
    module.references.set(name, referencesIn(node));
    // What a plugin declares inside, such as a service that its routes share.
    const { body } = propertiesOf(propertiesOf(node).body);
    const inner = Array.isArray(body) ? declarationsIn(body) : [];
    for (const [local, part] of inner)
      if (!module.references.has(local)) module.references.set(local, referencesIn(part));
  }
  for (const [id, node] of routesIn(program)) module.references.set(`route ${id}`, referencesIn(node));
  return module;
}

/** The problems that each operation can come to, as `FILE#NAME`. */
export function problemsByOperation(): Map<string, Set<Key>> {
  const modules = new Map(
    files('src/**/*.ts')
      .filter((file) => !file.endsWith('.d.ts'))
      .map((file) => [file, readModule(file)]),
  );
  const locate = (
    file: string,
    name: string,
    seen = new Set<Key>(),
  ): { file: string; name: string } | undefined => {
    const module = modules.get(file);
    if (!module || seen.has(`${file}#${name}`)) return undefined;
    seen.add(`${file}#${name}`);
    if (module.references.has(name) || module.problems.has(name)) return { file, name };
    const further = module.imports.get(name) ?? module.passedOn.get(name);
    if (further) return further.name === '*' ? further : locate(further.file, further.name, seen);
    for (const whole of module.passedOnWhole) {
      const found = locate(whole, name, seen);
      if (found) return found;
    }
    return undefined;
  };
  const resolve = (file: string, reference: string) => {
    const [name = '', member] = reference.split('.');
    const found = locate(file, name);
    return found?.name === '*' ? locate(found.file, member ?? '') : found;
  };
  const reachedFrom = (start: { file: string; name: string }): Set<Key> => {
    const [problems, seen, waiting] = [new Set<Key>(), new Set<Key>(), [start]];
    for (let one = waiting.pop(); one; one = waiting.pop()) {
      const key = `${one.file}#${one.name}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const module = modules.get(one.file);
      if (module?.problems.has(one.name)) {
        problems.add(key);
        continue;
      }
      for (const reference of module?.references.get(one.name) ?? []) {
        const next = resolve(one.file, reference);
        if (next) waiting.push(next);
      }
    }
    return problems;
  };
  const found = new Map<string, Set<Key>>();
  for (const [file, { references }] of modules)
    for (const name of references.keys())
      if (name.startsWith('route ')) found.set(name.slice('route '.length), reachedFrom({ file, name }));
  return found;
}
