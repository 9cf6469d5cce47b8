import { isDeepStrictEqual } from 'node:util';
import { propertiesOf } from '../../platform/unknown.ts';

/** Where something stands in a document, and what it is. */
interface Side {
  pointer: string;
  value?: unknown;
}

/** A change as `redocly diff` reports it, as far as it matters here. */
interface Reported {
  path: string;
  typeName: string;
  kind: 'added' | 'removed' | 'modified';
  impact: 'major' | 'minor' | 'patch';
  property?: string;
  verdicts: { ruleId: string; message: string }[];
  base?: Side;
  revision?: Side;
}

const listOf = ({ path }: Reported): string => path.slice(0, path.lastIndexOf('/'));

/** All of a parameter but its description. */
function withoutWords(side: Side | undefined): object {
  const { description: _, ...rest } = propertiesOf(side?.value);
  return rest;
}

const describedBy = ({ pointer, value }: Side): Side => ({
  pointer: `${pointer}/description`,
  value: propertiesOf(value).description,
});

/**
 * Redocly pairs the parameters of two documents by how much they have in common. Where a description has become much longer
 * it takes the parameter for another one: removed, and added. Of those that differ in nothing else this makes one change of
 * the description.
 */
export function rejoinParameters<C extends Reported>(changes: readonly C[]): C[] {
  const isParameter = (change: C, kind: C['kind']) => change.typeName === 'Parameter' && change.kind === kind;
  const added = new Set(changes.filter((change) => isParameter(change, 'added')));
  const joined = new Set<C>();
  const all = changes.map((change) => {
    if (!isParameter(change, 'removed')) return change;
    const partner = [...added].find(
      (one) =>
        listOf(one) === listOf(change) &&
        isDeepStrictEqual(withoutWords(one.revision), withoutWords(change.base)),
    );
    if (!partner?.revision || !change.base) return change;
    added.delete(partner);
    joined.add(partner);
    return {
      ...change,
      kind: 'modified',
      impact: 'patch',
      property: 'description',
      verdicts: [],
      base: describedBy(change.base),
      revision: describedBy(partner.revision),
    };
  });
  return all.filter((change) => !joined.has(change));
}
