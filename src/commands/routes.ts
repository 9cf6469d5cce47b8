import { appOnPaper } from '../contract.ts';
import type { Operation } from '../http/contract/operations.ts';
import type { Db } from '../platform/database/index.ts';
import { listDeprecatedCalls } from '../platform/deprecated-calls/index.ts';
import { print, withDatabase } from './context.ts';
import { table } from './table.ts';

/** Every operation of the service. */
async function allOperations(): Promise<Operation[]> {
  const app = await appOnPaper();
  await app.close();
  return app.operations.all;
}

/** `imprint routes` */
export async function routes(): Promise<void> {
  const rows = (await allOperations()).map(({ id, method, url, config }) => [
    String(method),
    url.replace(/:(\w+)/g, '{$1}'),
    id,
    config.access,
    config.scope ?? '-',
    config.limit,
  ]);
  print(table(['METHOD', 'PATH', 'OPERATION', 'ACCESS', 'SCOPE', 'LIMIT'], rows));
}

/** `imprint routes --deprecated` */
export async function deprecatedRoutes(): Promise<void> {
  const operations = await allOperations();
  print(await withDatabase(({ db }) => callersOfDeprecated(operations, db), { prepared: true }));
}

/** The callers of each deprecated operation. An operation without callers has a line too: it can be removed. */
export async function callersOfDeprecated(operations: readonly Operation[], db: Db): Promise<string> {
  const deprecated = operations.filter(({ config }) => config.deprecated);
  if (deprecated.length === 0) return 'no operation is deprecated';
  const calls = Map.groupBy(await listDeprecatedCalls(db), ({ operation }) => operation);
  const rows = deprecated.flatMap(({ id, config }) => {
    const start = [id, config.deprecated?.sunset.slice(0, 10) ?? ''];
    const callers = calls.get(id) ?? [];
    if (callers.length === 0) return [[...start, 'nobody', '0', '']];
    return callers.map(({ username, agent, calls: count, last_day }) => [
      ...start,
      username ?? `${agent}, not signed in`,
      String(count),
      last_day,
    ]);
  });
  return table(['OPERATION', 'SUNSET', 'CALLER', 'CALLS IN 30 DAYS', 'LAST DAY'], rows);
}
