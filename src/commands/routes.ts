import { appOnPaper } from '../contract.ts';
import { print } from './context.ts';
import { table } from './table.ts';

/** `imprint routes` */
export async function routes(): Promise<void> {
  const app = await appOnPaper();
  const rows = app.operations.all.map(({ id, method, url, config }) => [
    String(method),
    url.replace(/:(\w+)/g, '{$1}'),
    id,
    config.access,
    config.limit,
  ]);
  await app.close();
  print(table(['METHOD', 'PATH', 'OPERATION', 'ACCESS', 'LIMIT'], rows));
}
