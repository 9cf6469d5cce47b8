// Holds what the suite has seen against the contract: each operation, with each status that it declares. It speaks only
// where every test file ran, since a part of the suite cannot see everything.
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { appOnPaper } from '../../src/contract.ts';
import { declaredStatuses } from '../../src/http/answers.ts';
import { recordedFiles, recordedSightings } from './record.ts';

/** Pairs that cannot be made to happen, each with the reason. */
const UNSEEN: Record<string, string> = {
  'checkHealth 500': 'it looks at nothing that could fail',
  'getSigningKeys 500': 'what it answers was made when the process started',
  'checkReadiness 500': 'a check that fails, however it fails, is a part of the answer',
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const ran = new Set(recordedFiles());
const files = globSync('test/**/*.test.ts', { cwd: root }).map((file) => root + file);
const seen = new Set(recordedSightings().map(({ operation, status }) => `${operation} ${status}`));

const missed = files.filter((file) => !ran.has(file)).length;
if (missed > 0)
  console.log(`contract: not checked, since ${missed} of ${files.length} test files did not run`);
else {
  const app = await appOnPaper();
  const documented = app.operations.all.flatMap((operation) =>
    [...declaredStatuses(operation)].sort().map((status) => `${operation.id} ${status}`),
  );
  await app.close();
  const missing = documented.filter((pair) => !seen.has(pair) && !(pair in UNSEEN));
  const idle = Object.keys(UNSEEN).filter((pair) => seen.has(pair) || !documented.includes(pair));
  report('are documented, and no test has seen them', missing);
  report(
    'are listed as impossible in test/support/check-contract.ts, but were seen or are not documented',
    idle,
  );
  if (missing.length + idle.length === 0)
    console.log(`contract: all ${documented.length} pairs of operation and status were seen`);
}

function report(what: string, pairs: string[]): void {
  if (pairs.length === 0) return;
  console.error(`contract: ${pairs.length} pairs of operation and status ${what}:`);
  for (const pair of pairs) console.error(`  ${pair}`);
  process.exitCode = 1;
}
