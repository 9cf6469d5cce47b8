import type { Contract } from '../contract/document.ts';
import { answersOf, codesOf, comment, errorName, HEADER, nameOf, operationsOf } from './contract.ts';

interface Sample {
  title: string;
  detail: string;
  status: number;
}

/** A class for each code in the catalogue of the contract, and the table that finds it. */
export function problemsModule(contract: Contract): string {
  const codes = contract.components.schemas.ProblemCode?.enum ?? [];
  if (codes.length === 0) throw new Error('the contract has no catalogue of problems');
  const schemas = schemasOfCodes(contract);
  const used = [...new Set(schemas.values())].filter((name) => name !== 'Problem').sort();

  const classes = codes.map((code) => {
    const schema = schemas.get(code) ?? 'Problem';
    const type = schema === 'Problem' ? `'${code}'` : `'${code}', ${schema}`;
    const name = errorName(code);
    return `${comment(descriptionOf(contract, code))}\nexport class ${name} extends ProblemError<${type}> {\n  override name = '${name}';\n}\n`;
  });
  const rows = codes.map((code) => `  ${code}: ${errorName(code)},`);
  return [
    HEADER,
    "import { type ProblemClass, ProblemError } from '../errors.ts';",
    `import type { ProblemCode, ${used.join(', ')} } from './operations.schemas.ts';\n`,
    ...classes,
    '/** The class of each code. */',
    `export const PROBLEMS = {\n${rows.join('\n')}\n} satisfies Record<ProblemCode, ProblemClass>;\n`,
  ].join('\n');
}

/** Which schema the body of a problem has, by code. */
function schemasOfCodes(contract: Contract): Map<string, string> {
  const schemas = new Map<string, string>();
  for (const operation of operationsOf(contract))
    for (const [, answer] of answersOf(contract, operation)) {
      const schema = answer.content?.['application/problem+json']?.schema;
      for (const code of codesOf(answer))
        if (schema) schemas.set(code, ofCode(contract, nameOf(schema), code));
    }
  return schemas;
}

/** Where several problems share a status, the discriminator says which schema each has. */
function ofCode(contract: Contract, name: string, code: string): string {
  const $ref = contract.components.schemas[name]?.discriminator?.mapping[code];
  return $ref === undefined ? name : nameOf({ $ref });
}

function descriptionOf(contract: Contract, code: string): string[] {
  // What never reaches an operation has no example in the contract.
  const sample = contract.components.examples[code]?.value as Sample | undefined;
  return sample ? [`${sample.title} (${sample.status}): ${sample.detail}`] : [`The problem \`${code}\`.`];
}
