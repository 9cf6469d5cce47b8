import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import pg from 'pg';
import type { Tables } from '../platform/database/index.ts';
import { migrateUp } from '../platform/database/migrations.ts';
import { openPostgres } from '../platform/database/postgres.ts';
import { grantToService } from '../platform/database/service-role.ts';
import { silentLog } from './silent-log.ts';

/**
 * A migrated database that every test file starts from, made once and kept as long as the migrations are the same: a
 * dump of the embedded engine, or a template database where `TEST_DATABASE_URL` names a PostgreSQL.
 */

/** The PostgreSQL the tests run on; without it they run on the embedded engine. */
export const POSTGRES_URL = process.env.TEST_DATABASE_URL || undefined;

const CACHE = new URL('../../node_modules/.cache/imprint-tests/', import.meta.url);
const ENGINE = new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url);
const MIGRATIONS = new URL('../../migrations/', import.meta.url);
const RIGHTS = new URL('../platform/database/service-role.ts', import.meta.url);

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  hash.update(await readFile(ENGINE)); // the form of a dump belongs to a version of the engine
  hash.update(await readFile(RIGHTS));
  for (const name of (await readdir(MIGRATIONS)).sort()) {
    hash.update(name).update(await readFile(new URL(name, MIGRATIONS)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** The dump of a migrated embedded database. */
export async function migratedDump(): Promise<Blob> {
  const file = new URL(`${await fingerprint()}.tar`, CACHE);
  if (!(await exists(file))) await makeDump(file);
  return new Blob([await readFile(file)]);
}

const exists = (file: URL) =>
  access(file).then(
    () => true,
    () => false,
  );

async function makeDump(file: URL): Promise<void> {
  const pglite = await PGlite.create();
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  await migrateUp({ withMigrationConnection: (work) => work(db) });
  // Databases are made from these, which no test does; every test file would have to read them.
  await pglite.exec('update pg_database set datistemplate = false');
  for (const name of ['template0', 'template1']) await pglite.exec(`drop database ${name}`);
  const dump = await pglite.dumpDataDir('none');
  await db.destroy();
  await mkdir(CACHE, { recursive: true });
  for (const old of await readdir(CACHE)) await rm(new URL(old, CACHE), { force: true });
  const half = new URL(`${file.href}.${process.pid}`);
  await writeFile(half, Buffer.from(await dump.arrayBuffer()));
  await rename(half, file);
}

const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const CLONES = `imprint_test_${HOST}_`;
const TEMPLATES = 'imprint_template_';

/** The address of another database on the same server. */
export function urlOf(database: string, server: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function withServer<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The role that the service has in tests; another one owns the tables. */
const SERVICE = { username: 'imprint_test_service', password: 'imprint_test_service' };

const ignoreDuplicate = (error: unknown) => {
  if (!(error instanceof pg.DatabaseError) || error.code !== DUPLICATE) throw error;
};
const DUPLICATE = '42710';

/** The name of the template database, which is made where it is not there yet. */
async function migratedTemplate(server: string): Promise<string> {
  const name = `${TEMPLATES}${await fingerprint()}`;
  await withServer(server, async (client) => {
    const isThere = async () =>
      (await client.query('select 1 from pg_database where datname = $1', [name])).rows.length > 0;
    if (await isThere()) return;
    await client.query(`select pg_advisory_lock(hashtext('imprint test template'))`);
    if (await isThere()) return;
    const half = `${name}_half`;
    await client
      .query(`create role ${SERVICE.username} login password '${SERVICE.password}'`)
      .catch(ignoreDuplicate);
    await client.query(`drop database if exists ${half} with (force)`);
    await client.query(`create database ${half}`);
    const database = openPostgres({ url: urlOf(half, server), poolSize: 1 }, silentLog);
    try {
      await migrateUp(database);
      await grantToService(database.db, SERVICE.username);
    } finally {
      await database.close();
    }
    await client.query(`alter database ${half} rename to ${name}`);
  });
  return name;
}

let clones = 0;

/** A database of one's own. */
export interface Clone {
  /** Its address, as the role that the service has. */
  url: string;
  /** Its address, as the owner of the tables. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** Makes a copy of the template. */
export async function cloneTemplate(server: string): Promise<Clone> {
  const template = await migratedTemplate(server);
  const name = `${CLONES}${process.pid}_${clones++}`;
  await withServer(server, (client) => client.query(`create database ${name} template ${template}`));
  const drop = () =>
    withServer(server, async (client) => {
      await client.query(`drop database if exists ${name} with (force)`);
    });
  const ownerUrl = urlOf(name, server);
  return { url: Object.assign(new URL(ownerUrl), SERVICE).href, ownerUrl, drop };
}

/** Makes what is shared by all test files, and removes what older runs have left. */
export async function prepareTemplate(): Promise<void> {
  if (!POSTGRES_URL) {
    await migratedDump();
    return;
  }
  const current = await migratedTemplate(POSTGRES_URL);
  await withServer(POSTGRES_URL, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1) or starts_with(datname, $2)',
      [CLONES, TEMPLATES],
    );
    for (const { datname } of rows) {
      const isTemplate = datname.startsWith(TEMPLATES);
      if (isTemplate ? datname === current : isAlive(Number.parseInt(datname.slice(CLONES.length), 10)))
        continue;
      // A template that somebody is copying at this moment stays for the next time.
      await client.query(`drop database if exists ${datname}`).catch(() => undefined);
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
