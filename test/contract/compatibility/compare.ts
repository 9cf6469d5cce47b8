import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Change } from '../../../src/tooling/contract/change.ts';
import { changesBetween } from '../../../src/tooling/contract/changes.ts';
import { oncePerFile } from '../../support/runner/current-file.ts';

const comparing = oncePerFile(() => {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-comparing-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
});

/** A document of the contract with these paths, which need a token where they do not say otherwise. */
export function documentOf(paths: object, schemas: object = {}, description = 'Cases.'): object {
  const info = { title: 'Cases', version: '1.0.0', description };
  return { openapi: '3.1.1', info, paths, security: [{ bearer: [] }], components: { schemas } };
}

/** What changes from one document to another. */
export function compare(before: object, after: object): Change[] {
  const files = [join(comparing(), 'before.json'), join(comparing(), 'after.json')] as const;
  writeFileSync(files[0], JSON.stringify(before));
  writeFileSync(files[1], JSON.stringify(after));
  return changesBetween(...files);
}
