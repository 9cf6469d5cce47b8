import { openEmbedded } from '../../src/platform/database/embedded.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { migratedDump, POSTGRES_URL } from '../../src/tooling/database-template.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { Client } from '../support/client/client.ts';
import { freshDatabase } from '../support/database/database.ts';
import { type Ended, imprint, temporaryFolder } from './imprint.ts';

/** A migrated database that commands work on, each in a process of its own, and that a test looks at in between. */
export class CommandDatabase {
  readonly #settings: Record<string, string>;
  /** PostgreSQL stays open; the embedded engine belongs to one process at a time. */
  readonly #database: Database | undefined;

  private constructor(settings: Record<string, string>, database?: Database) {
    this.#settings = { APP_ENV: 'test', ...settings };
    this.#database = database;
  }

  static async open(): Promise<CommandDatabase> {
    const data = `${await temporaryFolder()}/data`;
    if (POSTGRES_URL) {
      const database = await freshDatabase();
      return new CommandDatabase({ DATA_DIR: data, DATABASE_URL: database.url ?? '' }, database);
    }
    const created = await openEmbedded({ folder: `${data}/database`, dump: await migratedDump() });
    await created.close();
    return new CommandDatabase({ DATA_DIR: data });
  }

  run(args: string[], input = ''): Promise<Ended> {
    return imprint(args, this.#settings, input);
  }

  async look<T>(work: (database: Database) => Promise<T>): Promise<T> {
    if (this.#database) return work(this.#database);
    const database = await openEmbedded({ folder: `${this.#settings.DATA_DIR}/database` });
    return work(database).finally(() => database.close());
  }

  /** Asks the service on this database. */
  ask<T>(work: (client: Client, database: Database) => Promise<T>): Promise<T> {
    return this.look(async (database) => {
      const app = await createTestApp({ database });
      return work(new Client(app, database.db), database).finally(() => app.close());
    });
  }
}
