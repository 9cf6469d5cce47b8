import { type Static, Type } from '@sinclair/typebox';
import { ENVIRONMENTS, type Environment, isDeployed } from './config/environments.ts';
import {
  entries,
  integer,
  isNetwork,
  isOrigin,
  isUrl,
  list,
  oneOf,
  type Setting,
  text,
} from './config/kinds.ts';
import { readRateLimits, TIERS, writeRateLimits } from './config/rate-limits.ts';
import { ConfigError, type Given, misspelt, readDotEnv, readSettings, sourcesOf } from './config/read.ts';

export { ENVIRONMENTS, type Environment, isDeployed } from './config/environments.ts';
export { ConfigError, defaultOf } from './config/read.ts';

/**
 * The settings of the process, as one schema: the only place where the environment is read. The README's table is
 * generated from it. Durations are seconds and sizes are bytes, where a name does not say otherwise.
 */

const { Optional: optional } = Type;
const MIB = 1024 * 1024;
/** The sender of mails that go nowhere but to this machine. */
export const LOCAL_SENDER = 'Imprint <imprint@localhost>';
const ORIGIN = 'an origin as browsers send it, such as https://www.example.com: without a slash at the end';

export const Settings = Type.Object({
  APP_ENV: oneOf(ENVIRONMENTS, {
    default: 'development',
    description: 'Which of the four environments this is.',
  }),
  HOST: text({ default: '127.0.0.1', description: 'The address to listen on.' }),
  PORT: integer({ default: 3000, maximum: 65535, description: 'The port to listen on; 0 takes a free one.' }),
  PUBLIC_URL: optional(
    text({
      accepts: (url) => isUrl(url, 'http', 'https') && /^[^?#@]+[^/]$/.test(url),
      expected: 'an address such as https://api.example.com, without a slash at its end',
      requiredWhenDeployed: true,
      description:
        'The address clients see, without a slash at the end; links in mails begin with it. By default the address listened on.',
    }),
  ),
  API_CONTACT_EMAIL: optional(
    text({
      pattern: /^[^\s<>@]+@[^\s<>@]+$/,
      expected: 'an e-mail address such as api@example.com',
      description: 'Whom the contract names for questions about the API; by default nobody.',
    }),
  ),
  API_TERMS_URL: optional(
    text({
      accepts: (url) => isUrl(url, 'http', 'https'),
      expected: 'an address such as https://www.example.com/terms',
      description: 'The terms of service that the contract links to; by default none.',
    }),
  ),
  TRUST_PROXY: list({
    default: '',
    accepts: (item) => isNetwork(item) || ['loopback', 'linklocal', 'uniquelocal'].includes(item),
    expected: 'an IP address, a network such as 10.0.0.0/8, or one of loopback, linklocal, uniquelocal',
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
      pattern: /^postgres(ql)?:\/\/\S*$/,
      expected: 'an address such as postgres://user:password@db.example.com:5432/imprint',
      requiredWhenDeployed: true,
      description:
        'A PostgreSQL 15+ address. Without it an embedded PostgreSQL keeps its files under DATA_DIR.',
    }),
  ),
  DATABASE_POOL_SIZE: integer({
    default: 10,
    minimum: 1,
    maximum: 500,
    description: 'Connections of one process, at the most.',
  }),
  DATABASE_POOLER: oneOf(['auto', 'transaction'], {
    default: 'auto',
    description:
      'Whether DATABASE_URL leads through a pooler such as PgBouncer, of which each transaction may get another connection; auto finds out, transaction says so where that goes wrong.',
  }),
  SLOW_STATEMENT_MS: integer({
    default: 1_000,
    maximum: 600_000,
    description:
      'A statement of SQL that takes at least so many milliseconds is logged, with its operation and without its values; 0 logs none.',
  }),
  DATA_DIR: text({
    default: '.data',
    description:
      'The folder of the embedded database, of generated keys, and of mails where SMTP_URL is not set.',
  }),
  REDIS_URL: optional(
    text({
      secret: true,
      pattern: /^rediss?:\/\/([^\s/?#%]|%[0-9a-fA-F]{2})+\/?[0-9]*$/,
      accepts: (url) => isUrl(url, 'redis', 'rediss'),
      expected:
        'an address such as rediss://user:password@cache.example.com:6379/0; other characters than letters and digits in the password are written as % and two hexadecimal digits',
      description:
        'A Redis or Valkey, such as rediss://user:password@cache.example:6379/0, in which all processes count rate limits and wrong passwords together. Without it every process counts by itself, and anew when it is started.',
    }),
  ),
  JWT_PRIVATE_KEY: optional(
    text({
      secret: true,
      requiredWhenDeployed: true,
      pattern: /^-----BEGIN PRIVATE KEY-----/,
      expected: 'an Ed25519 private key as PEM, which `imprint keys generate` makes',
      description:
        'Ed25519 private key (PKCS #8 PEM; \\n may stand for line ends) that signs access tokens. `imprint keys generate` makes one. In development one is made and kept under DATA_DIR.',
    }),
  ),
  JWT_PREVIOUS_KEYS: optional(
    text({
      secret: true,
      pattern: /^-----BEGIN (PRIVATE|PUBLIC) KEY-----/,
      expected: 'one or more Ed25519 keys as PEM, such as JWT_PRIVATE_KEY held before',
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
      isDeployed(environment)
        ? ''
        : 'http://localhost:3000,http://localhost:5173,http://127.0.0.1:3000,http://127.0.0.1:5173',
    accepts: isOrigin,
    expected: ORIGIN,
    description:
      'Origins whose pages may call every operation, also with the cookie of somebody who is signed in, separated by commas.',
  }),
  PARTNER_CORS_ORIGINS: list({
    default: '',
    accepts: isOrigin,
    expected: ORIGIN,
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
      accepts: (url) => isUrl(url, 'smtp', 'smtps'),
      expected:
        'an address such as smtps://user:password@mail.example.com; / ? # and % in the password are written as % and two hexadecimal digits',
      description:
        'The server that mails are sent by, such as smtps://user:password@mail.example.com; ?requireTLS=true makes smtp:// insist on STARTTLS. Without it each mail is written to a file under DATA_DIR/mail.',
    }),
  ),
  MAIL_FROM: optional(
    text({
      default: (environment) => (isDeployed(environment) ? undefined : LOCAL_SENDER),
      pattern: /^([^<>@\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
      expected: 'an e-mail address, or a name and an address such as The Blog <blog@example.com>',
      description:
        'The sender of mails: an address, or a name and an address in angle brackets. In staging and production SMTP_URL needs it.',
    }),
  ),
  RATE_LIMIT: oneOf(['on', 'off'], {
    default: 'on',
    description:
      'Rate limits, and holding back who guesses passwords; off exists for benchmarks and load tests and is refused in production.',
  }),
  RATE_LIMITS: entries({
    default: writeRateLimits(TIERS),
    expected: 'a list such as reads=6000/60,writes=600/60',
    readEntries: readRateLimits,
    write: writeRateLimits,
    description:
      'Rate limits as NAME=REQUESTS/SECONDS, separated by commas; a name that is not in the list keeps its default.',
  }),
  TRUSTED_NETWORKS: list({
    default: '',
    accepts: (item) => isNetwork(item) && !item.endsWith('/0'),
    expected: 'an IP address or a network such as 10.0.0.0/8 (without limits for anyone: RATE_LIMIT=off)',
    description:
      'Addresses or networks, separated by commas, whose requests are not limited by their address, such as that of a front end that makes requests for its visitors; accounts and API keys keep their limits. Never the address of a proxy that hides those of its clients.',
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

const settings: Readonly<Record<string, Setting>> = Settings.properties;

/** What the process is given. In development a `.env` file in the working directory fills what is not set. */
function given(environment: NodeJS.ProcessEnv): Given {
  const isDevelopment = (environment.APP_ENV || 'development') === 'development';
  return { environment, file: environment === process.env && isDevelopment ? readDotEnv() : {} };
}

/**
 * Reads the settings.
 *
 * @param env without it the environment of the process and, in development, the file `.env`
 * @throws {ConfigError} naming every setting that is missing or ill-formed, at once
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const { values, faults, environment } = readSettings(settings, given(env));
  const problems = [...faults, ...contradictions(values, environment)];
  if (problems.length > 0) throw new ConfigError(problems);
  return values as Config;
}

/** Where the value of each setting comes from. */
export const settingSources = (env: NodeJS.ProcessEnv = process.env) => sourcesOf(settings, given(env));

/** Names in the environment that are probably misspelt settings, one line each. */
export const misspeltSettings = (env: NodeJS.ProcessEnv = process.env) => misspelt(settings, given(env));

/** Rules between settings that none of them can say by itself. */
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
  if (isDeployed(environment) && values.SMTP_URL && !values.MAIL_FROM) {
    found.push('MAIL_FROM is missing; set it to the address that mails sent by SMTP_URL come from');
  }
  return found;
}
