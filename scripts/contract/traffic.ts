// Checks the traffic of the last run of the whole test suite against openapi.json, independently of the code. Redocly checks
// bodies, parameters and tokens; statuses, content types and headers, which it does not check, are checked here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { committedContract } from '../../src/tooling/contract/document.ts';
import { Har, type HarEntry, TRAFFIC } from '../../src/tooling/contract/har.ts';
import { OF_HTTP } from '../../src/tooling/contract/headers.ts';
import { QUIETLY, REDOCLY } from '../../src/tooling/contract/redocly.ts';
import { parseJson } from '../../src/tooling/json.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = 'openapi/openapi.json';

/** Rejected requests need not be valid: only the responses to them are checked. */
const ANSWERS_ONLY = ['--rules', 'undocumented-endpoint,schema-consistency', '--min-severity', 'error'];

const { paths, components } = committedContract();
const patterns = Object.entries(paths).map(
  ([path, item]) => [new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), item] as const,
);
const lastOf = (reference: string) => reference.split('/').at(-1) ?? '';

/** The differences between a response and the document. */
function faultsOf({ request, response }: HarEntry): string[] {
  const { pathname } = new URL(request.url);
  const item = patterns.find(([pattern]) => pattern.test(pathname))?.[1];
  const written = item?.[request.method.toLowerCase()]?.responses[response.status];
  if (!written) return ['the status is not in the document'];
  const { content, headers = {} } =
    '$ref' in written ? (components.responses[lastOf(written.$ref)] ?? {}) : written;
  const sent = new Map(response.headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const type = sent.get('content-type')?.split(';', 1)[0];
  const isTyped = content ? (type ?? '') in content : type === undefined && response.content.text === '';
  const missing = Object.entries(headers).filter(
    ([name, { $ref }]) => components.headers[lastOf($ref)]?.required && !sent.has(name.toLowerCase()),
  );
  const known = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const stray = [...sent.keys()].filter((name) => !OF_HTTP.has(name) && !known.has(name));
  return [
    ...(isTyped ? [] : [`its content, ${type ?? 'of no type'}, is not in the document`]),
    ...missing.map(([name]) => `there is no ${name}, which the document requires`),
    ...stray.map((name) => `the header ${name} is not in the document`),
  ];
}

function checkTraffic(title: string, file: string, ...options: string[]): void {
  console.log(`\n${title}`);
  const traffic = TRAFFIC + file;
  if (!existsSync(traffic)) {
    console.error(`there is no ${traffic}; run the whole test suite first`);
    process.exit(1);
  }
  const { log } = parseJson(Har, readFileSync(traffic, 'utf8'));
  const faults = log.entries.flatMap((entry) => {
    const { request, response } = entry;
    return faultsOf(entry).map((fault) => `${request.method} ${request.url} -> ${response.status}: ${fault}`);
  });
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
  console.log(`Statuses, content types and headers of ${log.entries.length} answers are as documented`);

  const api = ['--api', DOCUMENT, '--traffic-format', 'har'];
  const args = [REDOCLY, 'drift', traffic, ...api, ...options];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env: QUIETLY, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

checkTraffic('Requests that were accepted, and their answers', 'accepted.har');
checkTraffic('The answers to requests that were refused', 'refused.har', ...ANSWERS_ONLY);
