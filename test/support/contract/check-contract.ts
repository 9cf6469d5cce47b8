// Holds what the suite has seen against the contract: every answer of every operation, by status and code, every
// parameter and every property. It speaks only where every test file ran, since a part of the suite cannot see everything.
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appOnPaper } from '../../../src/contract.ts';
import { harOf, TRAFFIC } from '../../../src/tooling/contract/har.ts';
import { documentedFacets } from './facets.ts';
import { recordedExchanges, recordedFiles } from './recorded.ts';
import { UNSEEN } from './unseen.ts';

/** The kinds of facets, in words, and whether each of a kind has to be seen. */
const KINDS: [string, string, boolean][] = [
  ['answer', 'answers', true],
  ['parameter', 'parameters', true],
  ['request', 'request properties', true],
  ['response', 'response properties', false],
];

const root = fileURLToPath(new URL('../../../', import.meta.url));
const ran = new Set(recordedFiles());
const files = globSync('test/**/*.test.ts', { cwd: root }).map((file) => root + file);
const missed = files.filter((file) => !ran.has(file)).length;
if (missed > 0)
  console.log(`contract: not checked, since ${missed} of ${files.length} test files did not run`);
else await check();

async function check(): Promise<void> {
  const app = await appOnPaper();
  const documented = [...documentedFacets(app.operations.all)].sort();
  await app.close();
  const { seen, entries } = digest(new Set(documented));
  const unseen = documented.filter((facet) => !seen.has(facet));
  mkdirSync(TRAFFIC, { recursive: true });
  // Apart, since requests that were refused do not fit the contract themselves.
  const accepted = entries.filter(({ response }) => response.status < 400);
  const refused = entries.filter(({ response }) => response.status >= 400);
  writeFileSync(`${TRAFFIC}accepted.har`, JSON.stringify(harOf(accepted)));
  writeFileSync(`${TRAFFIC}refused.har`, JSON.stringify(harOf(refused)));
  writeFileSync(`${TRAFFIC}unseen.txt`, unseen.map((facet) => `${facet}\n`).join(''));

  const isRequired = (facet: string) =>
    KINDS.some(([kind, , required]) => required && facet.startsWith(`${kind} `));
  const missing = unseen.filter((facet) => isRequired(facet) && !(facet in UNSEEN));
  const idle = Object.keys(UNSEEN).filter((facet) => !unseen.includes(facet));
  report('are documented, and no test has seen them', missing);
  report('are listed as impossible in test/support/unseen.ts, but were seen or are not documented', idle);
  const parts = KINDS.map(([kind, words]) => {
    const all = documented.filter((facet) => facet.startsWith(`${kind} `));
    const found = all.filter((facet) => seen.has(facet)).length;
    return `${words} ${found}/${all.length} (${((100 * found) / all.length).toFixed(1)} %)`;
  });
  console.log(`contract: seen ${parts.join(', ')}; the rest is in ${relative(root, TRAFFIC)}/unseen.txt`);
}

/** What of the contract was seen, and the exchanges that show all of it: each shows something that none before it does. */
function digest(documented: Set<string>) {
  const seen = new Set<string>();
  const entries = recordedExchanges().flatMap(({ facets, entry }) => {
    const fresh = facets.filter((facet) => documented.has(facet) && !seen.has(facet));
    for (const facet of fresh) seen.add(facet);
    return fresh.length > 0 && entry ? [entry] : [];
  });
  return { seen, entries };
}

function report(what: string, facets: string[]): void {
  if (facets.length === 0) return;
  console.error(`contract: ${facets.length} of its parts ${what}:`);
  for (const facet of facets) console.error(`  ${facet}`);
  process.exitCode = 1;
}
