import type { NewApiKey } from '../../src/domains/api-keys/api-keys.schemas.ts';
import type { Scope } from '../../src/http/access/access.ts';
import type { Client } from '../support/client/client.ts';

/** A client with a new key of somebody's account, and the key. */
export async function newKey(by: Client, ...scopes: Scope[]): Promise<Client & { key: NewApiKey }> {
  const { status, body, text } = await by.post<NewApiKey>('/api-keys', { name: 'For a test', scopes });
  if (status !== 201) throw new Error(`could not make a key: ${text}`);
  return Object.assign(by.as(body.key), { key: body });
}
