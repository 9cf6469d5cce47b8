// How Redocly is run: with our rules, and without telling anybody.
export const REDOCLY = 'node_modules/@redocly/cli/bin/cli.js';
export const RULES = ['--config', 'openapi/redocly.yaml'];
export const QUIETLY = {
  ...process.env,
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
};
