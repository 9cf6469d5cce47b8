import type { TSchema } from '@sinclair/typebox';
import t from 'tap';
import { boundsFirst } from '../../../src/http/contract/bounds.ts';
import { reachableFrom } from '../../../src/http/contract/schema.ts';
import { newValidator } from '../../../src/http/contract/validation.ts';
import { testApp } from '../../support/app/app.ts';
import { partOf } from '../../support/contract/samples.ts';
import { leastCostOf } from './cost.ts';
import { REPEATED } from './shapes.ts';

/** Every text that a request may hold, as long as it may be. */

const { app } = await testApp(t);

const texts = new Map<string, TSchema>();
function collect(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const schema = value as TSchema;
  if ([schema.type].flat().includes('string') && !schema.enum) texts.set(JSON.stringify(schema), schema);
  else Object.values(schema).forEach(collect);
}
for (const operation of app.operations.all) {
  for (const part of ['params', 'querystring', 'body'] as const) {
    const schema = partOf(operation, part);
    if (schema) for (const one of [schema, ...reachableFrom(schema).values()]) collect(one);
  }
  for (const { schema } of operation.contribution.requestHeaders) collect(schema);
}

/** More than any check of a text may cost, in milliseconds of CPU: one that tries every way to read it costs seconds. */
const MOST = 60;
/** Patterns alone are given more than they ever get. */
const LONG = 20_000;

t.test('a text that is as long as it may be is checked in no time, whatever it repeats', async (t) => {
  t.ok(texts.size > 20);
  const validator = newValidator({ useDefaults: false });
  for (const [name, schema] of texts) {
    t.type(schema.maxLength, 'number', name);
    const validate = validator.compile(boundsFirst(schema));
    for (const unit of REPEATED) {
      const text = unit.repeat(schema.maxLength / unit.length);
      t.ok((await leastCostOf(() => validate(text), MOST)) <= MOST, `${name} repeats ${unit}`);
    }
  }
});

t.test('no pattern tries every way to read a text that does not fit it', async (t) => {
  const patterns = new Set([...texts.values()].flatMap(({ pattern }) => (pattern ? [String(pattern)] : [])));
  for (const pattern of patterns) {
    const regex = new RegExp(pattern, 'u');
    for (const unit of REPEATED)
      for (const end of ['', '!', '\n']) {
        const text = unit.repeat(LONG / unit.length) + end;
        t.ok((await leastCostOf(() => regex.test(text), MOST)) <= MOST, `${pattern} reads ${unit} to ${end}`);
      }
  }
});
