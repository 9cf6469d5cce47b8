// Writes the client packages for Python, Go, Java and PHP from the contract, into openapi/sdk. With `--check` it only
// checks that they are current. Files written by hand beside the generated ones are not changed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { committedContract } from '../../src/tooling/contract/document.ts';
import { QUIETLY, REDOCLY } from '../../src/tooling/contract/redocly.ts';
import { models, problemClasses, version } from './python.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONTRACT = join(ROOT, 'openapi/openapi.json');
const LANGUAGES = ['python', 'go', 'java', 'php'];

const work = mkdtempSync(join(tmpdir(), 'imprint-sdk-'));
process.on('exit', () => rmSync(work, { recursive: true }));
const options = ['--output', join(work, 'imprint.ts'), '--go-package', 'imprint'];
const config = ['--config', join(ROOT, 'openapi/redocly.yaml')];
const generators = LANGUAGES.flatMap((language) => ['--generator', language]);
const run = spawnSync(
  process.execPath,
  [join(ROOT, REDOCLY), 'generate-client', CONTRACT, ...options, ...generators, ...config],
  {
    encoding: 'utf8',
    env: QUIETLY,
  },
);
if (run.status !== 0) {
  console.error(`the clients could not be generated\n${run.stdout}${run.stderr}`);
  process.exit(1);
}
const generated = (name: string): string => readFileSync(join(work, name), 'utf8');

const PHP_ENUMS = [...generated('imprint.php').matchAll(/^enum (\w+): string$/gm)].map(([, name]) => name);

/**
 * Changes to the generated files. The generated code raises an error for a value that is newer than the client, such as the
 * code of a problem; with these changes it gets through: as a string in Python, as null in Java and PHP.
 */
const CHANGES: Record<string, [RegExp, string][]> = {
  // It asks for one package, httpx, and uses a dozen names of it: they come from `_http.py` beside it instead, so that the
  // standard library is enough, and mypy holds that file against what is used.
  'imprint.py': [
    [/^# Requires .*$/gm, '# Requires Python >= 3.9 and nothing else.'],
    [/^import httpx$/gm, 'from . import _http as httpx'],
    [/return type_\(data\)$/gm, 'return type_(data) if data in type_._value2member_map_ else data'],
  ],
  'Imprint.java': [
    [/null for null, an exception for an unknown value\./g, 'null for null and for a value that is newer.'],
    [/throw new IllegalArgumentException\("Unknown [A-Z]\w* value: " \+ wire\);/g, 'return null;'],
    // The kinds of problems are told apart by their code.
    [
      /throw new IllegalArgumentException\("Unknown code value: " \+ .*\);/g,
      'return Problem.fromJson(data);',
    ],
  ],
  'imprint.php': [
    // What is read may be null too, which `tryFrom` does not take.
    [/::from\(([^()]+)\)/g, "::tryFrom($1 ?? '')"],
    [new RegExp(`public (${PHP_ENUMS.join('|')}) \\$`, 'g'), 'public ?$1 $'],
    [/(\$this->\w+)->value\b/g, '$1?->value'],
  ],
};

/** A generated file with its changes. */
function changed(name: string): string {
  return (CHANGES[name] ?? []).reduce((text, [what, by]) => {
    const result = text.replace(what, by);
    if (result === text) throw new Error(`the generated ${name} has nothing like ${what} any more`);
    return result;
  }, generated(name));
}

const contract = committedContract();
const files: Record<string, string> = {
  'python/imprint_sdk/_generated.py': changed('imprint.py'),
  'python/imprint_sdk/_version.py': version(contract),
  'python/imprint_sdk/models.py': models(contract),
  'python/imprint_sdk/problems.py': problemClasses(contract),
  'go/imprint.go': generated('imprint.go'),
  'java/imprint/Imprint.java': changed('Imprint.java'),
  'php/Imprint.php': changed('imprint.php'),
};

const written = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

for (const [name, content] of Object.entries(files)) {
  const path = join(ROOT, 'openapi/sdk', name);
  if (written(path) === content) continue;
  if (process.argv.includes('--check')) {
    console.error(`openapi/sdk/${name} is not current: run \`npm run sdk\``);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
