import { contract } from '../contract.ts';
import { print } from './context.ts';

/** `imprint openapi` */
export async function openapi(options: { yaml?: boolean }): Promise<void> {
  const document = await contract();
  if (!options.yaml) return print(JSON.stringify(document, null, 2));
  const { stringify } = await import('yaml');
  print(stringify(document, { aliasDuplicateObjects: false }).trimEnd());
}
