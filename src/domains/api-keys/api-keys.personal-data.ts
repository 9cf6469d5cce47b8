import { personalSection } from '../../platform/personal-data.ts';
import { toApiKey } from './api-keys.mapper.ts';
import * as queries from './api-keys.queries.ts';
import { ApiKey } from './api-keys.schemas.ts';

export const apiKeys = personalSection({
  name: 'api_keys',
  description: 'The API keys of the account, those that have expired not long ago as well.',
  item: ApiKey,
  batch: 500,
  rows: (db, { account }, slice) => queries.listKeys(db, account.id, slice),
  key: (row) => [row.created_at, row.id],
  map: toApiKey,
  erase: (tx, { id }) => queries.deleteKeys(tx, id),
});
