import { misspeltSettings, Settings, settingSources } from '../config.ts';
import { masked } from './config-check/masked.ts';
import { checkKeys, print, settings, warn } from './context.ts';
import { Failure } from './failures.ts';
import { table } from './table.ts';

/** The flags of `imprint config check`. */
export interface ConfigCheckOptions {
  connect?: boolean;
}

/** `imprint config check` */
export async function configCheck({ connect }: ConfigCheckOptions): Promise<void> {
  const config = settings();
  await checkKeys(config);
  for (const line of misspeltSettings()) warn(line);
  const sources = settingSources();
  const values = new Map<string, unknown>(Object.entries(config));
  const rows = Object.entries(Settings.properties).map(([name, { secret }]) => {
    const source = sources.get(name) ?? 'not set';
    if (source === 'not set') return [name, '', source];
    const value =
      name === 'RATE_LIMITS'
        ? Settings.properties.RATE_LIMITS.write(config.RATE_LIMITS)
        : String(values.get(name));
    return [name, secret ? masked(value) : value, source];
  });
  print(table(['SETTING', 'VALUE', 'FROM'], rows));
  if (!connect) return;

  const { tryConnections } = await import('./config-check/connections.ts');
  const tried = await tryConnections(config);
  print('');
  print(
    table(
      ['TRIED', 'STATE', ''],
      tried.map(({ name, state, detail }) => [name, state, detail]),
    ),
  );
  const failed = tried.filter(({ state }) => state === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new Failure(`not everything can be used: ${failed.join(', ')}`);
}
