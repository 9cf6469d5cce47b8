import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';

/**
 * The settings of the process, as one schema: the only place where the environment is read. The README's table is
 * generated from it. Durations are seconds and sizes are bytes.
 */

export const ENVIRONMENTS = ['development', 'test', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** What a setting says about itself beyond its type. */
interface SettingOptions {
  description: string;
  /** Its value where none is given; a function of the environment where that matters. */
  default?: string | number | ((environment: Environment) => string | number | undefined);
  /** Staging and production do not start without it. */
  requiredWhenDeployed?: boolean;
  /** Never printed. */
  secret?: boolean;
  minimum?: number;
  maximum?: number;
  pattern?: string;
}

const text = (options: SettingOptions) => Type.String({ minLength: 1, ...options });
const integer = (options: SettingOptions) => Type.Integer({ minimum: 0, ...options });
const oneOf = <const T extends readonly string[]>(values: T, options: SettingOptions) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: values, ...options });
const list = (options: SettingOptions & { items?: string }) =>
  Type.Array(Type.String(options.items ? { pattern: options.items } : {}), options);
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

const deployed = (environment: Environment) => environment === 'staging' || environment === 'production';
const MIB = 1024 * 1024;
/** The sender of mails that go nowhere but to this machine. */
export const LOCAL_SENDER = 'Imprint <imprint@localhost>';
const ORIGIN = '^https?://[^/\\s]+$';

export const Settings = Type.Object({
  APP_ENV: oneOf(ENVIRONMENTS, {
    default: 'development',
    description: 'Which of the four environments this is.',
  }),
  HOST: text({ default: '127.0.0.1', description: 'The address to listen on.' }),
  PORT: integer({ default: 3000, maximum: 65535, description: 'The port to listen on; 0 takes a free one.' }),
  PUBLIC_URL: optional(
    text({
      pattern: '^https?://[^\\s]+[^/\\s]$',
      requiredWhenDeployed: true,
      description:
        'The address clients see, without a slash at the end; links in mails begin with it. By default the address listened on.',
    }),
  ),
  TRUST_PROXY: list({
    default: '',
    items: '^([0-9a-fA-F.:]+(/[0-9]{1,3})?|loopback|linklocal|uniquelocal)$',
    description:
      'Addresses or networks of the proxies whose X-Forwarded-* headers are believed, separated by commas; by default none.',
  }),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: (environment) => (environment === 'test' ? 'silent' : 'info'),
    description: 'The least severe level that is logged.',
  }),
  DATABASE_URL: optional(
    text({
      secret: true,
      pattern: '^postgres(ql)?://',
      requiredWhenDeployed: true,
      description:
        'A PostgreSQL 15+ address. Without it an embedded PostgreSQL keeps its files under DATA_DIR.',
    }),
  ),
  DATABASE_POOL_SIZE: integer({
    default: 10,
    minimum: 1,
    maximum: 500,
    description: 'Connections of one process.',
  }),
  DATA_DIR: text({
    default: '.data',
    description:
      'The folder of the embedded database, of generated keys, and of mails where SMTP_URL is not set.',
  }),
  REDIS_URL: optional(
    text({
      secret: true,
      pattern: '^rediss?://([^\\s/?#%]|%[0-9a-fA-F]{2})+/?[0-9]*$',
      description:
        'A Redis or Valkey, such as rediss://user:password@cache.example:6379/0, in which all processes count rate limits and wrong passwords together. Without it every process counts by itself, and anew when it is started.',
    }),
  ),
  JWT_PRIVATE_KEY: optional(
    text({
      secret: true,
      requiredWhenDeployed: true,
      pattern: '^-----BEGIN PRIVATE KEY-----',
      description:
        'Ed25519 private key (PKCS #8 PEM; \\n may stand for line ends) that signs access tokens. `imprint keys generate` makes one. In development one is made and kept under DATA_DIR.',
    }),
  ),
  JWT_PREVIOUS_KEYS: optional(
    text({
      secret: true,
      pattern: '^-----BEGIN (PRIVATE|PUBLIC) KEY-----',
      description:
        'Ed25519 keys (PEM) that signed access tokens before JWT_PRIVATE_KEY, the newest first, one after the other in one value. Their tokens count as long as they are here.',
    }),
  ),
  ACCESS_TOKEN_TTL: integer({
    default: 900,
    minimum: 60,
    maximum: 86_400,
    description: 'Life of an access token, in seconds.',
  }),
  REFRESH_TOKEN_TTL: integer({
    default: 30 * 86_400,
    minimum: 3600,
    maximum: 90 * 86_400,
    description: 'How long a session may stay idle, in seconds; it ends after 90 days in any case.',
  }),
  CORS_ORIGINS: list({
    default: (environment) =>
      deployed(environment)
        ? ''
        : 'http://localhost:3000,http://localhost:5173,http://127.0.0.1:3000,http://127.0.0.1:5173',
    items: ORIGIN,
    description:
      'Origins whose pages may call every operation, also with the cookie of somebody who is signed in, separated by commas.',
  }),
  PARTNER_CORS_ORIGINS: list({
    default: '',
    items: ORIGIN,
    description: 'Further origins that may call the partner-facing domains (posts and tags) only.',
  }),
  MAX_BODY_BYTES: integer({
    default: MIB,
    minimum: 1024,
    maximum: 64 * MIB,
    description: 'The largest JSON body accepted, in bytes.',
  }),
  SMTP_URL: optional(
    text({
      secret: true,
      pattern: '^smtps?://[^\\s/?#]+',
      description:
        'The server that mails are sent by, such as smtps://user:password@mail.example.com; ?requireTLS=true makes smtp:// insist on STARTTLS. Without it each mail is written to a file under DATA_DIR/mail.',
    }),
  ),
  MAIL_FROM: optional(
    text({
      default: (environment) => (deployed(environment) ? undefined : LOCAL_SENDER),
      pattern: '^([^<>@\\r\\n]*<[^\\s<>@]+@[^\\s<>@]+>|[^\\s<>@]+@[^\\s<>@]+)$',
      description:
        'The sender of mails: an address, or a name and an address in angle brackets. In staging and production SMTP_URL needs it.',
    }),
  ),
  RATE_LIMIT: oneOf(['on', 'off'], {
    default: 'on',
    description:
      'Rate limits, and holding back who guesses passwords; off exists for benchmarks and load tests and is refused in production.',
  }),
  COMMENTS_NEED_APPROVAL: oneOf(['on', 'off'], {
    default: 'off',
    description: 'Whether a new comment waits for a moderator before others see it.',
  }),
  WORKERS: integer({
    default: 1,
    minimum: 1,
    maximum: 256,
    description: 'Processes that serve requests side by side; more than one needs DATABASE_URL.',
  }),
});

export type Config = Static<typeof Settings>;

/** The settings are missing or wrong; `problems` holds one line a fault. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** A setting's value as text, where none is given. */
export function defaultOf(schema: TSchema, environment: Environment): string | undefined {
  const value = (schema as TSchema & SettingOptions).default;
  const given = typeof value === 'function' ? value(environment) : value;
  return given === undefined ? undefined : String(given);
}

/** Checks one value against its schema and gives it in its own type; a fault is a string that says what is expected. */
function readSetting(schema: TSchema, value: string): { value: unknown } | { fault: string } {
  if (schema.type === 'integer') {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    const { minimum = 0, maximum } = schema;
    if (Number.isNaN(number) || number < minimum || number > (maximum ?? Number.POSITIVE_INFINITY)) {
      return {
        fault: `must be a whole number ${maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`}`,
      };
    }
    return { value: number };
  }
  if (schema.enum)
    return schema.enum.includes(value) ? { value } : { fault: `must be one of ${schema.enum.join(', ')}` };
  if (schema.type === 'array') {
    const items = value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
    const wrong = items.find((item) => schema.items.pattern && !new RegExp(schema.items.pattern).test(item));
    return wrong === undefined
      ? { value: items }
      : { fault: `holds "${wrong}", which is not of the form ${schema.items.pattern}` };
  }
  const unescaped = value.replaceAll('\\n', '\n');
  if (schema.pattern && !new RegExp(schema.pattern).test(unescaped))
    return { fault: `must be of the form ${schema.pattern}` };
  return { value: unescaped };
}

/**
 * Reads the settings from an environment. In development a `.env` file in the working directory fills what is not set.
 *
 * @throws {ConfigError} naming every setting that is missing or ill-formed, at once
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const given = withDotEnv(env);
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const named = given.APP_ENV || 'development';
  const environment = ENVIRONMENTS.find((one) => one === named) ?? 'production';

  for (const [name, schema] of Object.entries((Settings as TObject).properties)) {
    const raw = given[name]?.trim() || defaultOf(schema, environment);
    if (raw === undefined) {
      if (schema.requiredWhenDeployed && deployed(environment))
        problems.push(`${name} is missing: ${schema.description}`);
      continue;
    }
    const read = readSetting(schema, raw);
    if ('fault' in read) problems.push(`${name} ${read.fault}${schema.secret ? '' : ` (it is "${raw}")`}`);
    else values[name] = read.value;
  }
  problems.push(...contradictions(values, environment));
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Config;
}

/** Rules between settings that a schema cannot say. */
function contradictions(values: Partial<Config>, environment: Environment): string[] {
  const found: string[] = [];
  if (environment === 'production' && values.RATE_LIMIT === 'off')
    found.push('RATE_LIMIT must be on in production');
  if (environment === 'production' && values.PUBLIC_URL?.startsWith('http:')) {
    found.push('PUBLIC_URL must start with https:// in production');
  }
  if ((values.WORKERS ?? 1) > 1 && !values.DATABASE_URL) {
    found.push('WORKERS above 1 needs DATABASE_URL: the embedded database belongs to one process');
  }
  if (values.REDIS_URL && !URL.canParse(values.REDIS_URL))
    found.push('REDIS_URL is not an address with a host and a port');
  if (deployed(environment) && values.SMTP_URL && !values.MAIL_FROM) {
    found.push('MAIL_FROM is missing: mails that are sent by SMTP_URL need a sender');
  }
  return found;
}

/** Where the value of each setting comes from. */
export function settingSources(
  env: NodeJS.ProcessEnv = process.env,
): Map<string, 'environment' | '.env' | 'default' | 'not set'> {
  const given = withDotEnv(env);
  const environment = ENVIRONMENTS.find((one) => one === given.APP_ENV) ?? 'development';
  return new Map(
    Object.entries((Settings as TObject).properties).map(([name, schema]) => {
      if (given[name]?.trim()) return [name, env[name] === undefined ? '.env' : 'environment'];
      return [name, defaultOf(schema, environment) === undefined ? 'not set' : 'default'];
    }),
  );
}

function withDotEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env !== process.env || (env.APP_ENV && env.APP_ENV !== 'development')) return env;
  try {
    return { ...parseEnv(readFileSync('.env', 'utf8')), ...env };
  } catch {
    return env; // there is no .env file, which is the usual case
  }
}
