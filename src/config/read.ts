import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ENVIRONMENTS, type Environment, isDeployed } from './environments.ts';
import type { Setting } from './kinds.ts';
import { settingMeantBy } from './names.ts';

/** How settings are read from an environment and from a `.env` file, and what is said of those that cannot be used. */

/** The settings are missing or wrong; `problems` holds one line a fault. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type Settings = Readonly<Record<string, Setting>>;

/** What was given: by the environment, and by a `.env` file for what that leaves open. */
export interface Given {
  environment: NodeJS.Dict<string>;
  file: NodeJS.Dict<string>;
}

/**
 * The settings in the `.env` file of the working directory; none where there is no such file.
 *
 * @throws {ConfigError} where it cannot be read
 */
export function readDotEnv(): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // A folder of that name belongs to other tools.
    if (code === 'ENOENT' || code === 'EISDIR') return {};
    throw new ConfigError([`.env cannot be read (${code}); let this user read it, or take it away`]);
  }
}

/** A setting's value as text, where none is given. */
export function defaultOf({ default: value }: Setting, environment: Environment): string | undefined {
  const given = typeof value === 'function' ? value(environment) : value;
  return given === undefined ? undefined : String(given);
}

type Source = 'environment' | '.env' | 'default' | 'not set';

/** A setting's value as text and where it comes from; an empty one is not set. */
function textOf(
  name: string,
  setting: Setting,
  { environment, file }: Given,
  where: Environment,
): { text: string | undefined; source: Source } {
  const own = environment[name]?.trim();
  if (own) return { text: own, source: 'environment' };
  // What the environment has as an empty text covers what the file says.
  const filed = environment[name] === undefined && file[name]?.trim();
  if (filed) return { text: filed, source: '.env' };
  const text = defaultOf(setting, where);
  return { text, source: text === undefined ? 'not set' : 'default' };
}

/** Which environment is named; one that does not exist is judged as strictly as production. */
function environmentOf({ environment, file }: Given): Environment {
  const named = environment.APP_ENV || file.APP_ENV || 'development';
  return ENVIRONMENTS.find((one) => one === named) ?? 'production';
}

/** Reads every setting: the values of those that can be read, and one line for each fault. */
export function readSettings(
  settings: Settings,
  given: Given,
): { values: Record<string, unknown>; faults: string[]; environment: Environment } {
  const environment = environmentOf(given);
  const values: Record<string, unknown> = {};
  const faults: string[] = unknownIn(settings, given.file);
  for (const [name, setting] of Object.entries(settings)) {
    const { text } = textOf(name, setting, given, environment);
    if (text === undefined) {
      if (setting.requiredWhenDeployed && isDeployed(environment))
        faults.push(`${name} is missing; set it to ${setting.expected}`);
      continue;
    }
    const read = setting.read(text);
    if ('fault' in read) faults.push(`${name} ${read.fault}${setting.secret ? '' : ` (it is "${text}")`}`);
    else values[name] = read.value;
  }
  return { values, faults, environment };
}

/** What a `.env` file holds that is no setting: it would be without effect, and nobody would notice. */
function unknownIn(settings: Settings, file: NodeJS.Dict<string>): string[] {
  const names = Object.keys(settings);
  return Object.keys(file)
    .filter((name) => !(name in settings))
    .map((name) => {
      const meant = settingMeantBy(name, names);
      return `${name} in .env is no setting; ${meant ? `write ${meant}` : 'take it out: `imprint config check` lists the settings'}`;
    });
}

/**
 * Names in the environment that are probably meant to be a setting and misspelt, one line each. A setting that is set
 * under its own name is not what another name is meant to be.
 */
export function misspelt(settings: Settings, { environment, file }: Given): string[] {
  const missing = Object.keys(settings).filter((name) => !environment[name] && !file[name]);
  return Object.keys(environment)
    .filter((name) => !(name in settings))
    .flatMap((name) => {
      const meant = settingMeantBy(name, missing);
      return meant ? [`${name} in the environment is no setting and has no effect; is ${meant} meant?`] : [];
    });
}

/** Where the value of each setting comes from. */
export function sourcesOf(settings: Settings, given: Given): Map<string, Source> {
  const environment = environmentOf(given);
  return new Map(
    Object.entries(settings).map(([name, setting]) => [
      name,
      textOf(name, setting, given, environment).source,
    ]),
  );
}
