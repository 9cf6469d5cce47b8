import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { HANDOVER_SECONDS } from '../platform/keys.ts';

/**
 * The command line: commands, arguments and help. Each command is a module of its own that is loaded when it runs, which
 * keeps starts short.
 */
export function createProgram(): Command {
  const program = new Command('imprint')
    .description(
      'Imprint, a publishing backend: accounts, posts, comments and tags behind one HTTP contract.',
    )
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .helpCommand(false)
    .showHelpAfterError(false)
    .addHelpText('after', SETTINGS_HINT);

  serving(program);
  database(program);
  content(program);
  importing(program);
  contract(program);
  operating(program);
  return program;
}

const SETTINGS_HINT = `
Settings come from the environment (in development also from .env); \`imprint config check\` lists them.
A command exits with 0 when it is done, 1 when it failed, 2 when it was called wrongly.`;

const ROTATION = `
To replace a key without refusing a token: set what this prints as JWT_PRIVATE_KEY and the key that was in it
as JWT_PREVIOUS_KEYS, restart the processes one after the other within ${HANDOVER_SECONDS / 60} minutes, and take the old key out once
its tokens have expired: ${HANDOVER_SECONDS / 60} minutes and ACCESS_TOKEN_TTL after the last process started. The README has the steps.`;

const example = (...lines: string[]) =>
  `\n${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  $ imprint ${line}`).join('\n')}`;

function serving(program: Command): void {
  program
    .command('serve')
    .description(
      'Serve the API until SIGTERM or SIGINT. In development the database is migrated first, and demo content is put into an empty one.',
    )
    .option(
      '--workers <n>',
      'processes that serve side by side; more than one needs DATABASE_URL (default: WORKERS)',
    )
    .option(
      '--shutdown-delay <seconds>',
      'after SIGTERM, how long to go on taking connections while /health/ready already answers 503 (default: 0 in development, 3 in staging and production)',
    )
    .option('--shutdown-timeout <seconds>', 'after SIGTERM, when to end at the latest', '25')
    .addHelpText('after', example('serve', 'serve --workers 4'))
    .action(async (options: import('./serve.ts').ServeOptions) => {
      const { serve } = await import('./serve.ts');
      await serve(options);
    });
}

function database(program: Command): void {
  const migrate = program
    .command('migrate')
    .description('Bring the database to the form that the code needs.');
  migrate
    .command('up')
    .description('Run the migrations that have not run, all of them or none.')
    .option(
      '--grant-to <role>',
      'afterwards give this role of PostgreSQL the rights that the service needs, and no others',
    )
    .addHelpText('after', example('migrate up', 'migrate up --grant-to imprint_service'))
    .action(async (options: { grantTo?: string }) => (await import('./migrate.ts')).up(options));
  migrate
    .command('down')
    .description('Take back the newest migration, with the data in its tables.')
    .option('--all', 'take back every migration, which empties the database')
    .option('--yes', 'in production: yes, throw that data away')
    .addHelpText('after', example('migrate down', 'migrate down --all'))
    .action(async (options: { all?: boolean; yes?: boolean }) =>
      (await import('./migrate.ts')).down(options),
    );
  migrate
    .command('status')
    .description('List the migrations and when each ran.')
    .addHelpText('after', example('migrate status'))
    .action(async () => (await import('./migrate.ts')).status());
  migrate
    .command('check')
    .description('Exit with 0 if every migration has run and with 1 if not.')
    .addHelpText('after', example('migrate check'))
    .action(async () => (await import('./migrate.ts')).check());
}

function content(program: Command): void {
  program
    .command('seed')
    .description(
      'Put demo content into the database: an admin, authors, posts, comments. What is there already stays as it is.',
    )
    .option('--force', 'do so in production')
    .addHelpText('after', example('seed'))
    .action(async (options: { force?: boolean }) => (await import('./seed.ts')).seed(options));
  program
    .command('create-admin')
    .description(
      'Make an account with the role admin. The password is asked for, or is the first line of standard input.',
    )
    .argument('<email>', 'the address to sign in with')
    .option(
      '--promote',
      'give the role to the account that has this address; it keeps its password and its sessions, and its API keys end',
    )
    .addHelpText(
      'after',
      example(
        'create-admin ada@example.com',
        'create-admin ada@example.com < password.txt',
        'create-admin --promote ada@example.com',
      ),
    )
    .action(async (email: string, options: import('./create-admin.ts').CreateAdminOptions) =>
      (await import('./create-admin.ts')).createAdmin(email, options),
    );
}

function importing(program: Command): void {
  program
    .command('import')
    .description(
      'Take Markdown files with front matter in as posts, from a Jekyll, Hugo, Zola, Astro or Next site. Importing again changes only what has changed.',
    )
    .argument('<dir>', 'the folder; files in folders below it are found')
    .option(
      '--as <name>',
      'a name to know this folder by, where it will not lie in the same place the next time',
    )
    .addHelpText('after', example('import ./content/blog', 'import "$CHECKOUT/content" --as website'))
    .action(async (dir: string, options: { as?: string }) =>
      (await import('./import.ts')).importPosts(dir, options),
    );
}

function contract(program: Command): void {
  program
    .command('openapi')
    .description('Print the contract as an OpenAPI 3.1 document.')
    .option('--yaml', 'as YAML instead of JSON')
    .addHelpText('after', example('openapi > openapi.json'))
    .action(async (options: { yaml?: boolean }) => (await import('./openapi.ts')).openapi(options));
  program
    .command('routes')
    .description(
      'List every operation: method, path, operationId, who may call it, with which scope of an API key, its rate limit.',
    )
    .option('--deprecated', 'list the deprecated ones: when they end, who still calls them, and how often')
    .addHelpText('after', example('routes', 'routes --deprecated'))
    .action(async (options: { deprecated?: boolean }) => {
      const { deprecatedRoutes, routes } = await import('./routes.ts');
      await (options.deprecated ? deprecatedRoutes() : routes());
    });
}

function operating(program: Command): void {
  program
    .command('config')
    .description('Look at the settings.')
    .command('check')
    .description('Print every setting with its value and where that comes from. Secrets are hidden.')
    .option(
      '--connect',
      'also try the database, its migrations, Redis and SMTP; exit with 1 if one cannot be used',
    )
    .addHelpText('after', example('config check', 'config check --connect'))
    .action(async (options: import('./config-check.ts').ConfigCheckOptions) =>
      (await import('./config-check.ts')).configCheck(options),
    );
  program
    .command('keys')
    .description('Make keys.')
    .command('generate')
    .description('Print a new Ed25519 private key for JWT_PRIVATE_KEY.')
    .option('--one-line', 'with \\n for the line ends, for files of settings that take one line each')
    .addHelpText('after', ROTATION)
    .addHelpText('after', example('keys generate', 'keys generate --one-line'))
    .action(async (options: { oneLine?: boolean }) => (await import('./keys.ts')).keysGenerate(options));
}
