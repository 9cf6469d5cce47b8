import { mkdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import type { Database } from './handles.ts';
import { takeLock } from './lock.ts';
import type { OnStatement } from './slow-statements.ts';
import type { Tables } from './tables.ts';
import { PARSERS } from './types.ts';

/**
 * Memory: all of `shared_buffers` is touched at the start, and initdb would choose 128 MB; the files are in the cache of the
 * operating system as well.
 */
const BUFFERS = ['-c', 'shared_buffers=32MB'];
/** Of the log of changes, what is kept for use again; see `maintainEmbedded` for when it is cut. */
const WAL = ['-c', 'min_wal_size=32MB', '-c', 'max_wal_size=64MB'];
const INITDB_BUFFERS = ['-c', 'shared_buffers=16MB', '-c', 'max_connections=20'];

/**
 * V8 compiles WebAssembly once more where it runs often. For one function of PostgreSQL, its parser, that takes 500 MB for
 * a second, so it is left out; what computes long is then slower by a third to a half.
 */
const keepToFirstCompilation = () => {
  for (const flag of ['--liftoff', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'])
    setFlagsFromString(flag);
};

/** After so many milliseconds of statements, everything else that waits in the event loop has its turn. */
const TURN = 10;

/**
 * Statements run in this thread, and those that wait follow each other without a turn of the event loop between them: two
 * hundred at once would be half a second in which nothing is answered.
 */
class ConsiderateDatabase extends PGlite {
  #turnEnded = performance.now();

  override async execProtocolRaw(...args: Parameters<PGlite['execProtocolRaw']>) {
    if (performance.now() - this.#turnEnded > TURN) {
      await setImmediate();
      this.#turnEnded = performance.now();
    }
    return super.execProtocolRaw(...args);
  }
}

/**
 * Opens the embedded database (PostgreSQL in WebAssembly), which belongs to one process.
 *
 * @param options.folder where it keeps its files; without it, it lives in memory
 * @param options.dump what a fresh one starts from, as {@link PGlite.dumpDataDir} gave it
 * @throws {DatabaseLockedError} where another live process has the folder
 */
export async function openEmbedded(options: {
  folder?: string;
  dump?: Blob;
  onStatement?: OnStatement | undefined;
}): Promise<Database & { engine: 'embedded' }> {
  const { folder, dump, onStatement } = options;
  if (folder) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = folder ? takeLock(`${folder}.lock`) : undefined;
  try {
    if (folder) keepToFirstCompilation(); // one in memory is a test's, which has the memory
    const pglite = new ConsiderateDatabase({
      startParams: [...PGlite.defaultStartParams, ...BUFFERS, ...WAL],
      initDbStartParams: INITDB_BUFFERS,
      ...(folder && { dataDir: `file://${folder}` }),
      ...(dump && { loadDataDir: dump }),
      parsers: PARSERS,
    });
    await pglite.waitReady;
    await pglite.exec("set time zone 'UTC'");
    const db = new Kysely<Tables>({
      dialect: new PGliteDialect({ pglite }),
      ...(onStatement && { log: onStatement }),
    });
    const close = async () => {
      await db.destroy();
      await pglite.close().catch(() => undefined); // Kysely closes it only where it was used
      lock?.release();
    };
    return { engine: 'embedded', db, reads: db, withMigrationConnection: (work) => work(db), close };
  } catch (error) {
    lock?.release();
    throw error;
  }
}
