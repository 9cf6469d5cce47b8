import type { TestApp } from '../support/app/app.ts';

export const NEW_PASSWORD = 'another horse battery';

/** The steps of a recovery by mail. */
export function recovering({ client, mails, db }: Pick<TestApp, 'client' | 'mails' | 'db'>) {
  const forgot = (email: string, headers: Record<string, string> = {}) =>
    client.post('/auth/password/forgot', { email }, { headers });
  return {
    forgot,
    reset: (token: string | undefined, new_password = NEW_PASSWORD) =>
      client.post('/auth/password/reset', { token, new_password }),
    signIn: (email: string, password: string) => client.post('/auth/login', { email, password }),
    /** Has a reset mail sent, and gives the token in it. */
    async tokenFor(email: string): Promise<string> {
      await forgot(email);
      return mails.token(email);
    },
    /** What the database keeps of the links sent to an account, the oldest first. */
    tokensOf: (userId: string) =>
      db.selectFrom('mail_tokens').selectAll().where('user_id', '=', userId).orderBy('created_at').execute(),
  };
}
