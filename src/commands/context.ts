import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { type Config, ConfigError, isDeployed, loadConfig, misspeltSettings } from '../config.ts';
import { type Actor, processActor } from '../platform/actor.ts';
import type { Database } from '../platform/database/index.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { Failure, UsageError } from './failures.ts';

let loaded: Config | undefined;

/** The settings of this process, read once. @throws {ConfigError} with every fault */
export function settings(): Config {
  loaded ??= loadConfig();
  return loaded;
}

/** Whether a failure is to be shown with its stack. */
export const isDebugging = (): boolean => loaded?.LOG_LEVEL === 'debug' || loaded?.LOG_LEVEL === 'trace';

/**
 * The key that signs access tokens, as PKCS #8 PEM: the one that is set; otherwise, in development, the one kept under
 * DATA_DIR, and in test one of this process only.
 *
 * @throws {ConfigError} as {@link checkKeys}
 */
export async function signingKeyOf(config: Config): Promise<string> {
  const keys = await import('../platform/keys.ts');
  await checkKeys(config);
  if (config.JWT_PRIVATE_KEY) return config.JWT_PRIVATE_KEY;
  if (config.APP_ENV === 'test') return keys.generateSigningKey();
  checkDataDir(config);
  return keys.keptSigningKey(`${config.DATA_DIR}/jwt.pem`);
}

/** @throws {ConfigError} naming the settings that are not valid keys, without their values */
export async function checkKeys(config: Config): Promise<void> {
  const keys = await import('../platform/keys.ts');
  const faults: string[] = [];
  try {
    if (config.JWT_PRIVATE_KEY) keys.readSigningKey(config.JWT_PRIVATE_KEY);
  } catch {
    faults.push('JWT_PRIVATE_KEY is not an Ed25519 private key; `imprint keys generate` makes one');
  }
  try {
    keys.readKeys(config.JWT_PREVIOUS_KEYS ?? '');
  } catch (error) {
    faults.push(`JWT_PREVIOUS_KEYS ${error instanceof Error ? error.message : error}`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
}

/** Level by level, because Node's own `recursive` does not return on file systems without folders (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function checkDataDir(config: Config): void {
  try {
    makeFolder(resolve(config.DATA_DIR));
    readdirSync(config.DATA_DIR); // fails for what is not a folder
    accessSync(config.DATA_DIR, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`DATA_DIR cannot be used as a folder (${reason})`);
  }
}

/** Opens the database that the settings name. */
export async function open(config: Config, log: Log): Promise<Database> {
  if (!config.DATABASE_URL) checkDataDir(config);
  const { openDatabase } = await import('../platform/database/index.ts');
  try {
    return await openDatabase(config, log);
  } catch (error) {
    if (config.DATABASE_URL || (error instanceof Error && error.name === 'DatabaseLockedError')) throw error;
    throw new Failure(`the embedded database in ${config.DATA_DIR} cannot be opened`, { cause: error });
  }
}

/** Opens the database without a log, for commands that print their own lines. */
export async function openSilently(config: Config): Promise<Database> {
  const { createLog } = await import('../platform/log.ts');
  return open(config, createLog({ APP_ENV: 'test', LOG_LEVEL: 'silent' }));
}

/**
 * Opens the database for some work, and closes it afterwards in any case.
 *
 * @param options.prepared in development and test, run the migrations first
 */
export async function withDatabase<T>(
  work: (database: Database, config: Config) => Promise<T>,
  options: { prepared?: boolean } = {},
): Promise<T> {
  const config = settings();
  for (const line of misspeltSettings()) warn(line);
  const database = await openSilently(config);
  try {
    if (options.prepared && !isDeployed(config.APP_ENV)) {
      const { migrateUp } = await import('../platform/database/migrations.ts');
      await migrateUp(database, { onWait: (holder) => warn(waitingFor(holder)) });
    }
    return await work(database, config);
  } finally {
    await database.close();
  }
}

/** What is said while another process migrates. */
export const waitingFor = (holder: string): string => `waiting for ${holder}, which migrates the database`;

/** A command as an actor. It has no account; access to the machine is its authorisation. */
export function commandActor(command: string): Actor {
  const client = {
    ip: '127.0.0.1',
    user_agent: `imprint ${command} (${systemUser()}@${hostname()})`.slice(0, 300),
  };
  return processActor({ origin: 'command line', client, requestId: newId() });
}

/** The name of the system user, or its number if it has no name, as in containers. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** Prints a line on standard output. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints a warning on standard error. */
export const warn = (line: string): void => void process.stderr.write(`imprint: ${line}\n`);
