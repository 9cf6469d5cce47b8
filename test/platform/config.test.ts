import t from 'tap';
import { readSettings } from '../../src/config/read.ts';
import { type Config, ConfigError, loadConfig, misspeltSettings, Settings } from '../../src/config.ts';
import { generateSigningKey } from '../../src/platform/keys.ts';

/** The faults that a set of settings has. */
function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const deployed = {
  APP_ENV: 'production',
  DATABASE_URL: 'postgres://imprint@db.example/imprint',
  JWT_PRIVATE_KEY: generateSigningKey(),
  PUBLIC_URL: 'https://api.example.com',
};

t.test('with no settings at all it is development on this machine, with everything it needs', async (t) => {
  const config = loadConfig({});
  t.match(config, {
    APP_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: 3000,
    DATA_DIR: '.data',
    RATE_LIMIT: 'on',
  });
  t.equal(config.DATABASE_URL, undefined);
  t.same(config.TRUST_PROXY, []);
  t.equal(config.MAX_BODY_BYTES, 1024 * 1024);
});

t.test('staging and production do not start without what they need, and say all of it at once', async (t) => {
  for (const APP_ENV of ['staging', 'production']) {
    const faults = faultsOf({ APP_ENV });
    t.same(
      faults.map((fault) => fault.split(' is missing')[0]).sort(),
      ['DATABASE_URL', 'JWT_PRIVATE_KEY', 'PUBLIC_URL'],
      APP_ENV,
    );
    t.same(faultsOf({ ...deployed, APP_ENV }), [], APP_ENV);
  }
  for (const APP_ENV of ['development', 'test']) t.same(faultsOf({ APP_ENV }), [], APP_ENV);
});

t.test('nothing that is deployed has an origin or a secret by default', async (t) => {
  const config = loadConfig(deployed);
  t.same(config.CORS_ORIGINS, []);
  t.same(config.PARTNER_CORS_ORIGINS, []);
  t.ok(loadConfig({}).CORS_ORIGINS.length > 0, 'in development its own pages may call');
});

t.test('every fault is in one message, with what was expected', async (t) => {
  const env = {
    APP_ENV: 'production',
    PORT: '65536',
    DATABASE_POOL_SIZE: 'many',
    DATABASE_URL: 'mysql://x',
    PUBLIC_URL: 'http://api.example.com',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'loud',
    CORS_ORIGINS: 'https://ok.example, https://no.example/path',
    ACCESS_TOKEN_TTL: '-5',
    JWT_PRIVATE_KEY: 'hunter2',
  };
  const faults = faultsOf(env);
  t.same(faults.map((fault) => fault.split(' ')[0]).sort(), [
    'ACCESS_TOKEN_TTL',
    'CORS_ORIGINS',
    'DATABASE_POOL_SIZE',
    'DATABASE_URL',
    'JWT_PRIVATE_KEY',
    'LOG_LEVEL',
    'PORT',
    'PUBLIC_URL',
    'RATE_LIMIT',
  ]);
  const text = faults.join('\n');
  t.match(text, 'PORT must be a whole number from 0 to 65535 (it is "65536")');
  t.match(text, 'LOG_LEVEL must be one of fatal, error');
  t.notMatch(text, /hunter2|mysql:/, 'secrets are not repeated');
  try {
    loadConfig(env);
  } catch (error) {
    for (const fault of faults) t.match(String(error), fault);
  }
});

t.test('an environment there is not is refused, and judged as strictly as production', async (t) => {
  const faults = faultsOf({ APP_ENV: 'prod' });
  t.match(faults[0], 'APP_ENV must be one of development, test, staging, production');
  t.equal(faults.length, 4);
});

t.test('numbers are whole and within their bounds', async (t) => {
  for (const wrong of ['', ' ', '3000'].slice(0, 2))
    t.equal(loadConfig({ PORT: wrong }).PORT, 3000, 'what is empty is not set');
  for (const wrong of ['x', '1.5', '1e3', '0x10', '-1', '99999', 'Infinity', '3000a', '9'.repeat(20)])
    t.equal(faultsOf({ PORT: wrong }).length, 1, wrong);
  t.equal(loadConfig({ PORT: ' 8080 ' }).PORT, 8080);
  t.equal(loadConfig({ PORT: '0' }).PORT, 0);
});

t.test('lists are separated by commas', async (t) => {
  const origins = (CORS_ORIGINS: string): Config['CORS_ORIGINS'] => loadConfig({ CORS_ORIGINS }).CORS_ORIGINS;
  t.same(origins('https://a.example,https://b.example'), ['https://a.example', 'https://b.example']);
  t.same(origins(' https://a.example , ,'), ['https://a.example']);
  for (const wrong of [
    '*',
    'null',
    'https://a.example/',
    'ftp://a.example',
    'a.example',
    'https://a b.example',
    'https://A.example',
    'https://a.example:443',
    'https://ada@a.example',
  ])
    t.equal(faultsOf({ CORS_ORIGINS: wrong }).length, 1, wrong);
  for (const right of ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8', 'loopback'])
    t.same(loadConfig({ TRUST_PROXY: right }).TRUST_PROXY, [right]);
  for (const wrong of [
    'everyone',
    'true',
    '10.0.0.0/x',
    '10.0.0.0/33',
    '10.0.0.256',
    '10.0.0',
    '::/129',
    '::1/8/8',
  ])
    t.equal(faultsOf({ TRUST_PROXY: wrong }).length, 1, wrong);
});

t.test('a key may be written on one line', async (t) => {
  const key = generateSigningKey();
  const config = loadConfig({ ...deployed, JWT_PRIVATE_KEY: key.replaceAll('\n', '\\n') });
  t.equal(config.JWT_PRIVATE_KEY?.trim(), key.trim());
});

t.test(
  'mails that are really sent have a sender of their own, and the password of the server is secret',
  async (t) => {
    const SMTP_URL = 'smtps://ada:hunter2@mail.example.com';
    t.equal(loadConfig({}).MAIL_FROM, 'Imprint <imprint@localhost>');
    t.equal(loadConfig(deployed).MAIL_FROM, undefined, 'and there is no server to send by either');
    t.match(faultsOf({ ...deployed, SMTP_URL }), [/MAIL_FROM is missing/]);
    for (const MAIL_FROM of ['mail@example.com', 'The Blog <mail@example.com>'])
      t.same(faultsOf({ ...deployed, SMTP_URL, MAIL_FROM }), [], MAIL_FROM);
    for (const MAIL_FROM of ['mail', 'a@b.de, c@d.de', 'Blog <mail>', 'a@b.de\\nbcc: c@d.de'])
      t.match(faultsOf({ MAIL_FROM }), [/^MAIL_FROM must be/], MAIL_FROM);
    for (const wrong of [
      'mail.example.com',
      'http://hunter2.example',
      'smtp://',
      'smtp:///hunter2',
      'smtp://ada:hunter/2@mail.example.com',
    ])
      t.match(faultsOf({ SMTP_URL: wrong }), [/^SMTP_URL must be an address such as smtps:[^(]*$/], wrong);
  },
);

t.test('an address of Redis is one that can be used, and is secret', async (t) => {
  for (const REDIS_URL of [
    'redis://127.0.0.1',
    'rediss://ada:p%40ss@cache.example:6379/0',
    'redis://[::1]:6379',
  ])
    t.same(faultsOf({ REDIS_URL }), [], REDIS_URL);
  for (const wrong of [
    'cache:6379',
    'http://hunter2',
    'redis://',
    'redis:///0',
    'redis://hunter2/x',
    'redis://hunter2?db=1',
    'redis://:hunter2%@cache.example',
    'redis://hunter2:99999',
  ]) {
    const [fault, ...others] = faultsOf({ REDIS_URL: wrong });
    t.match(fault, /^REDIS_URL must be an address such as rediss:/, wrong);
    t.notMatch(fault, 'hunter2');
    t.same(others, []);
  }
});

t.test('settings that contradict each other are refused', async (t) => {
  t.match(faultsOf({ WORKERS: '2' }), [/WORKERS above 1 needs DATABASE_URL/]);
  t.same(faultsOf({ WORKERS: '2', DATABASE_URL: 'postgresql://localhost/imprint' }), []);
  t.match(faultsOf({ ...deployed, RATE_LIMIT: 'off' }), [/RATE_LIMIT must be on in production/]);
  t.same(faultsOf({ ...deployed, APP_ENV: 'staging', RATE_LIMIT: 'off' }), [], 'load tests run on staging');
  t.match(faultsOf({ ...deployed, PUBLIC_URL: 'http://api.example.com' }), [
    /PUBLIC_URL must start with https/,
  ]);
});

t.test('no fault is a regular expression, and each says what to do', async (t) => {
  const faults = [
    ...faultsOf({ APP_ENV: 'production' }),
    ...Object.keys(Settings.properties).flatMap((name) => faultsOf({ [name]: '\u0000 <wrong>' })),
  ];
  t.ok(faults.length > 15);
  for (const fault of faults) {
    t.notMatch(fault, /\\|\[\^|\(\?|\^\w|\.\*/, fault);
    t.match(
      fault,
      /^[A-Z_]+ (must be|is missing; set it to|holds ".*"; each (of the list|entry) must be|needs) /,
      fault,
    );
  }
});

t.test('what is no setting in .env is refused, and told what it is meant to be', async (t) => {
  const settings = Settings.properties;
  const file = { DATABSE_URL: 'x', NODE_ENV: 'production', PORT: '4000' };
  t.same(readSettings(settings, { environment: {}, file }).faults, [
    'DATABSE_URL in .env is no setting; write DATABASE_URL',
    'NODE_ENV in .env is no setting; take it out: `imprint config check` lists the settings',
  ]);
  const { values, faults } = readSettings(settings, {
    environment: { PORT: '5000' },
    file: { PORT: '4000', WORKERS: '' },
  });
  t.same(faults, []);
  t.equal(values.PORT, 5000, 'the environment comes first');
});

t.test('names in the environment that are nearly a setting are told', async (t) => {
  const misses: Record<string, string> = {
    DATABSE_URL: 'DATABASE_URL',
    DATABASE_URI: 'DATABASE_URL',
    DATABASEURL: 'DATABASE_URL',
    database_url: 'DATABASE_URL',
    REDIS_ULR: 'REDIS_URL',
    PUBLIC_URLS: 'PUBLIC_URL',
    JWT_PRIVAT_KEY: 'JWT_PRIVATE_KEY',
    MAIL_FORM: 'MAIL_FROM',
    WORKER: 'WORKERS',
    CORS_ORIGIN: 'CORS_ORIGINS',
    LOGLEVEL: 'LOG_LEVEL',
  };
  for (const [name, meant] of Object.entries(misses))
    t.match(misspeltSettings({ [name]: 'x' }), [
      new RegExp(`^${name} in the environment .* is ${meant} meant\\?$`),
    ]);
  t.same(misspeltSettings({ REDIS_URI: 'x', REDIS_URL: 'redis://a' }), [], 'what is set is not meant');
});

t.test('names of others are not taken for misspelt settings', async (t) => {
  const others =
    'PATH HOME HOSTNAME HOSTTYPE GHOST POST PORTS SPORT USER LANG SHELL TERM PWD OLDPWD SHLVL LOGNAME EDITOR PAGER TZ TMPDIR CI _ NODE_ENV NODE_OPTIONS NODE_EXTRA_CA_CERTS NPM_CONFIG_CACHE npm_config_user_agent npm_lifecycle_event npm_package_name INIT_CWD COLOR COLORTERM DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR SSH_AUTH_SOCK PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB POSTGRES_URL DATABASE_NAME DATABASE_HOST DATABASE_PORT DATABASE_USER DATABASE_PASSWORD DB_URL REDIS_HOST REDIS_PORT REDIS_PASSWORD SMTP_HOST SMTP_PORT SMTP_USER SMTP_PASS HTTP_PROXY HTTPS_PROXY NO_PROXY HTTP_URL SITE_URL API_URL BASE_URL PUBLIC_KEY PUBLIC_HOST APP_NAME APP_KEY APP_DEBUG APP_ID JWT_SECRET JWT_KEY AWS_REGION S3_BUCKET KUBERNETES_PORT KUBERNETES_SERVICE_HOST WORKER_ID WEB_CONCURRENCY OTEL_SERVICE_NAME LOG_FORMAT LOG_FILE DEBUG RATE_PLAN MAIL_TO VIRTUAL_ENV DOCKER_HOST';
  t.same(misspeltSettings(Object.fromEntries(others.split(' ').map((name) => [name, 'x']))), []);
});
