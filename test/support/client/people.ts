import { randomBytes } from 'node:crypto';
import { hashToken, newRefreshToken } from '../../../src/domains/auth/tokens/tokens.opaque.ts';
import type { TokenPair } from '../../../src/domains/auth/tokens/tokens.schemas.ts';
import { toUser } from '../../../src/domains/users/index.ts';
import { insertUser } from '../../../src/domains/users/users.queries.ts';
import type { User } from '../../../src/domains/users/users.schemas.ts';
import type { App } from '../../../src/http/contract/operations.ts';
import type { Role } from '../../../src/platform/actor.ts';
import type { Db } from '../../../src/platform/database/index.ts';
import { newId } from '../../../src/platform/ids.ts';
import { hashPassword } from '../../../src/platform/passwords.ts';

/** An account with the password that was set for it. */
export interface Person {
  user: User;
  email: string;
  password: string;
}

export const PASSWORD = 'correct horse battery staple';

let people = 0;
/** A name that nobody in this test file has yet. */
export const newName = (): string => `p${process.pid}-${++people}-${randomBytes(3).toString('hex')}`;

/** Hashing takes longer than most tests, so what everybody has is hashed once. */
let usual: Promise<string> | undefined;
const hashOf = (password: string): Promise<string> => {
  if (password !== PASSWORD) return hashPassword(password);
  usual ??= hashPassword(PASSWORD);
  return usual;
};

/** An account with a session, as registering and signing in would have left them. */
export async function settle(
  app: App,
  db: Db,
  account: { email?: string; password?: string; username?: string; role?: Role },
): Promise<Person & { tokens: TokenPair }> {
  const username = account.username ?? newName();
  const { email = `${username.toLowerCase()}@example.com`, password = PASSWORD, role = 'user' } = account;
  const row = await insertUser(
    db,
    { id: newId(), email, username, role, password_hash: await hashOf(password) },
    'chosen',
  );
  if (!row) throw new Error(`could not make ${username}`);
  const [sid, refresh_token] = [newId(), newRefreshToken()];
  const { ACCESS_TOKEN_TTL: expires_in, REFRESH_TOKEN_TTL: idle_seconds } = app.config;
  const session = { id: sid, user_id: row.id, ip: '127.0.0.1', user_agent: null };
  const expires_at = new Date(Date.now() + idle_seconds * 1000).toISOString();
  const token_hash = hashToken(refresh_token);
  await db
    .insertInto('sessions')
    .values({ ...session, expires_at, token_hash })
    .execute();
  const access_token = app.tokens.issue({ sub: row.id, sid });
  const user = toUser(row);
  return {
    user,
    email,
    password,
    tokens: { access_token, refresh_token, token_type: 'Bearer', expires_in, user },
  };
}
