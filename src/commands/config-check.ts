import type { TObject } from '@sinclair/typebox';
import { Settings, settingSources } from '../config.ts';
import { checkKeys, print, settings } from './context.ts';
import { table } from './table.ts';

const show = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** `imprint config check` */
export async function configCheck(): Promise<void> {
  const config = settings();
  await checkKeys(config);
  const sources = settingSources();
  const values = new Map<string, unknown>(Object.entries(config));
  const rows = Object.entries((Settings as TObject).properties).map(([name, schema]) => {
    const source = sources.get(name) ?? 'not set';
    if (source === 'not set') return [name, '', source];
    return [name, schema.secret ? '(hidden)' : show(values.get(name)), source];
  });
  print(table(['SETTING', 'VALUE', 'FROM'], rows));
}
