// Imprint as a target of a benchmark of publishing back ends: how it is filled, started and asked.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const node = `${root}node_modules/.bin/node`;
const DATABASE = 'imprint_bench';
const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });

/** Posts that a run has made, and that have all three of their tags. */
const MADE = "posts where created_at > '2026-01-01'";

export default {
  name: 'imprint',
  command: [node, 'scripts/imprint.mjs', 'serve'],
  cwd: root,
  env: (ctx) => ({
    APP_ENV: 'staging', // the strictest environment that may go without rate limits
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: String(ctx.port),
    PUBLIC_URL: `http://127.0.0.1:${ctx.port}`,
    DATABASE_URL: ctx.databaseUrl(DATABASE),
    DATABASE_POOL_SIZE: String(2 * ctx.cores),
    WORKERS: process.env.IMPRINT_BENCH_WORKERS ?? String(ctx.cores),
    JWT_PRIVATE_KEY: key,
  }),
  basePath: '/api/v1',
  requests: {
    w3: { path: '/auth/me' },
    w5: { path: '/auth/login' },
    w6: null,
    w7: null,
  },
  // Imprint knows the roles user, moderator and admin; the data set has others.
  omit: ['role'],
  async setup(ctx) {
    const rebuild = process.env.IMPRINT_BENCH_REBUILD === '1';
    const present = await ctx.psql(`SELECT count(*) FROM pg_database WHERE datname = '${DATABASE}'`);
    if (present !== '0' && !rebuild) return;
    await ctx.psql(`DROP DATABASE IF EXISTS ${DATABASE}`);
    await ctx.psql(`CREATE DATABASE ${DATABASE} TEMPLATE ${ctx.database}`);
    execFileSync(node, ['scripts/bench/fill.ts', ctx.databaseUrl(DATABASE)], { cwd: root, stdio: 'inherit' });
  },
  countCreated: (ctx) =>
    ctx
      .psql(
        `SELECT count(*) FROM ${MADE} AND 3 = (SELECT count(*) FROM post_tags WHERE post_id = posts.id)`,
        DATABASE,
      )
      .then(Number),
  cleanup: (ctx) =>
    ctx.psql(`DELETE FROM ${MADE}; VACUUM ANALYZE posts; VACUUM post_tags; VACUUM post_stats;`, DATABASE),
};
