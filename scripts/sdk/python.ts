// Additions to the generated Python client: an exception for each problem code, the operations that take an
// Idempotency-Key and so can be retried, and a module with the models alone.
import { propertiesOf } from '../../src/platform/unknown.ts';
import type { Contract } from '../../src/tooling/contract/document.ts';

const HEAD = '# Generated from openapi.json by scripts/sdk/others.ts. Do not edit.\n';
const exported = (names: string[]): string =>
  `__all__ = [\n${names.map((name) => `    "${name}",`).join('\n')}\n]\n`;

/** The module `_version.py`; the package takes its version from it and sends it in `User-Agent`. */
export const version = ({ info }: Contract): string => `${HEAD}\nVERSION = "${info.version}"\n`;

/** The module `models.py`: the schemas of requests and responses, by their names in the contract. */
export function models(contract: Contract): string {
  const names = Object.keys(contract.components.schemas).sort();
  const imports = `from ._generated import (\n${names.map((name) => `    ${name},`).join('\n')}\n)\n`;
  return [HEAD, imports, exported(names)].join('\n');
}

const pascal = (code: string): string => code.replace(/(?:^|_)([a-z])/g, (_, letter) => letter.toUpperCase());

function statusOf(contract: Contract, code: string): number | undefined {
  const { status } = propertiesOf(contract.components.examples[code]?.value);
  return typeof status === 'number' ? status : undefined;
}

/** The module `problems.py`. */
export function problemClasses(contract: Contract): string {
  const { enum: codes = [], 'x-enumDescriptions': titles = {} } =
    contract.components.schemas.ProblemCode ?? {};
  const classes = codes.map((code) => {
    const status = statusOf(contract, code);
    const about = `${titles[code]}${status ? ` (${status})` : ''}.`;
    return `class ${pascal(code)}(Problem):\n    """${about}"""\n`;
  });
  const idempotent = Object.values(contract.paths)
    .flatMap((path) => Object.values(path))
    .filter(({ parameters = [] }) =>
      parameters.some((one) => '$ref' in one && one.$ref.endsWith('/Idempotency-Key')),
    )
    .map(({ operationId }) => operationId);
  return [
    HEAD,
    'from __future__ import annotations\n',
    'from typing import Dict, FrozenSet, Type\n',
    'from ._problem import Problem\n\n',
    classes.join('\n\n'),
    '',
    '# The class of a problem by its code.',
    `PROBLEMS: Dict[str, Type[Problem]] = {\n${codes.map((code) => `    "${code}": ${pascal(code)},`).join('\n')}\n}\n`,
    '# The operations that have their effect once, however often they are sent with the same Idempotency-Key.',
    `IDEMPOTENT: FrozenSet[str] = frozenset({\n${idempotent.map((id) => `    "${id}",`).join('\n')}\n})\n`,
    exported(['IDEMPOTENT', 'PROBLEMS', 'Problem', ...codes.map(pascal)]),
  ].join('\n');
}
