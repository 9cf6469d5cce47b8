import { Type } from '@sinclair/typebox';
import type { ErrorObject } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { appOnPaper } from '../../../src/contract.ts';
import { components } from '../../../src/http/contract/schema.ts';
import { valuesOf } from '../../support/contract/arbitraries.ts';
import { validatorOf } from '../../support/contract/check-answer.ts';
import { faultsOf } from '../../support/contract/faults.ts';

/** The generators that the fuzzing stands on, held against a validator, for every named schema. */

const seed = 1;
await (await appOnPaper()).close();

/** A pointer to where an error is; to the property itself where that is missing or too much. */
function pointerOf({ instancePath, params }: ErrorObject): string {
  const name: string | undefined = params.missingProperty ?? params.additionalProperty;
  if (name === undefined) return instancePath;
  return `${instancePath}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

t.test('generated values fit their schema', async (t) => {
  for (const [name, schema] of components) {
    const validate = validatorOf(schema);
    for (const value of fc.sample(valuesOf(schema), { numRuns: 15, seed })) {
      if (!validate(value)) t.fail(`${name}: ${JSON.stringify([value, validate.errors]).slice(0, 1000)}`);
    }
  }
  t.ok(components.size > 40, 'and there are schemas');
});

t.test('values with a fault do not fit, for the reason and in the place that the fault names', async (t) => {
  let faults = 0;
  for (const [name, schema] of components) {
    const validate = validatorOf(schema);
    for (const { at, keyword, values } of faultsOf(schema)) {
      faults++;
      for (const value of fc.sample(values, { numRuns: 2, seed })) {
        validate(value);
        const found = validate.errors?.some((error) => error.keyword === keyword && pointerOf(error) === at);
        if (!found)
          t.fail(
            `${name}, ${keyword} at ${at}: ${JSON.stringify([value, validate.errors ?? []]).slice(0, 1000)}`,
          );
      }
    }
  }
  t.ok(faults > 500, `and there are faults: ${faults}`);
});

t.test('texts reach both edges of their length, and go beyond ASCII', async (t) => {
  const sample = fc.sample(valuesOf(Type.String({ minLength: 3, maxLength: 90 })), { numRuns: 500, seed });
  const lengths = sample.map((text) => [...String(text)].length);
  t.equal(Math.min(...lengths), 3);
  t.equal(Math.max(...lengths), 90);
  t.ok(sample.some((text) => /[\u{10000}-\u{10ffff}]/u.test(String(text))));
});

t.test('what the generators do not know is an error, and not left out', async (t) => {
  t.throws(() => valuesOf(Type.Integer({ multipleOf: 5 })), /multipleOf/);
  t.throws(() => valuesOf(Type.String({ format: 'ipv6' })), /ipv6/);
});
