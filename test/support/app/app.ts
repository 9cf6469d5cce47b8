import type { Test } from 'tap';
import type { AppOptions, Resources } from '../../../src/app.ts';
import type { Config } from '../../../src/config.ts';
import type { App } from '../../../src/http/contract/operations.ts';
import type { Db } from '../../../src/platform/database/index.ts';
import { Client } from '../client/client.ts';
import { fileDatabase, type TestDatabase } from '../database/database.ts';
import { fileMails, type TestMails } from '../doubles/mails.ts';
import { createTestApp } from './bare-app.ts';

/** What a test may want otherwise. */
export interface TestAppOptions {
  config?: Partial<Config>;
  /** Requests per window; also switches the limits on. */
  tiers?: NonNullable<AppOptions['tiers']>;
  /** After how long a body is a slow one. */
  reauthorizeAfter?: number;
  /** How long the head of a request may take. */
  headersTimeout?: number;
  /** When it says that it is overloaded; otherwise never. */
  maxEventLoopDelay?: number;
  /** Other limits for the rendering of Markdown. */
  markdown?: NonNullable<AppOptions['markdown']>;
  /** Other resources, such as a database that fails. */
  resources?: Partial<Resources>;
}

export interface TestApp {
  app: App;
  /** A client without a token, over `app.inject`. */
  client: Client;
  /** The database of the test file, for arranging what the API cannot. */
  db: Db;
  database: TestDatabase;
  /** The mails that the service has sent. */
  mails: TestMails;
}

/**
 * The service on the database of this test file, closed at the end of the test `t`.
 *
 * @example
 * const { client } = await testApp(t);
 * const ada = await client.newUser();
 * const answer = await ada.get<User>('/auth/me');
 */
export async function testApp(t: Test, options: TestAppOptions = {}): Promise<TestApp> {
  const { config, tiers, resources, maxEventLoopDelay, reauthorizeAfter, headersTimeout, markdown } = options;
  const database = await fileDatabase();
  const app = await createTestApp(
    { database, ...resources },
    { ...(tiers && { RATE_LIMIT: 'on' }), ...config },
    {
      ...(tiers && { tiers }),
      ...(maxEventLoopDelay !== undefined && { maxEventLoopDelay }),
      ...(reauthorizeAfter !== undefined && { reauthorizeAfter }),
      ...(headersTimeout !== undefined && { headersTimeout }),
      ...(markdown && { markdown }),
    },
  );
  t.teardown(() => app.close());
  await app.ready();
  const mails = await fileMails();
  return { app, client: new Client(app, database.db), db: database.db, database, mails };
}

/** A client that reaches the service over a socket: for what `app.inject` does not go through. */
export async function listening(t: Test, { app, db }: TestApp): Promise<Client> {
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => app.server.closeAllConnections());
  return new Client(app, db).over(address);
}
