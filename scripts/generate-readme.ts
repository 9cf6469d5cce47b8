import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { createProgram } from '../src/commands/program.ts';
import type { Setting } from '../src/config/kinds.ts';
import { defaultOf, Settings } from '../src/config.ts';

/**
 * Writes the tables of settings and commands in the README, and `.env.example`, from the schema of the settings and from
 * the command line. With `--check` it only checks that the files are current.
 */

const README = new URL('../README.md', import.meta.url);
const EXAMPLE = new URL('../.env.example', import.meta.url);

const settings: [string, Setting][] = Object.entries(Settings.properties);
const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) => (text === '' ? '' : `\`${cell(text)}\``);

/** The default in development and, where that is another, in production. */
function defaults(schema: Setting): string {
  const [here, deployed] = [defaultOf(schema, 'development'), defaultOf(schema, 'production')];
  if (schema.requiredWhenDeployed) return 'required in staging and production';
  if (here === deployed) return code(here ?? '');
  return `${code(here ?? '')}; in staging and production ${code(deployed ?? '') || 'none'}`;
}

function values(schema: Setting): string {
  if (schema.enum) return schema.enum.map((value) => code(value)).join(', ');
  if (schema.type === 'array') return 'list';
  if (schema.type !== 'integer') return 'text';
  const { minimum = 0, maximum } = schema;
  return maximum === undefined ? `from ${minimum}` : `${minimum} to ${maximum}`;
}

const settingsTable = [
  '| setting | values | default | |',
  '|---|---|---|---|',
  ...settings.map(
    ([name, schema]) =>
      `| \`${name}\` | ${values(schema)} | ${defaults(schema)} | ${cell(schema.description)} |`,
  ),
].join('\n');

/** Every command without subcommands, with its full name. */
const commandsBelow = (command: Command, words = ''): [string, string][] =>
  command.commands.flatMap((one): [string, string][] => {
    const name = `${words}${one.name()}`;
    if (one.commands.length > 0) return commandsBelow(one, `${name} `);
    const args = one.registeredArguments.map((argument) => ` ${argument.name().toUpperCase()}`).join('');
    const flags = one.options.map((option) => ` [${option.flags}]`).join('');
    return [[`${name}${args}${flags}`, one.description()]];
  });

const commandsTable = [
  '| command | |',
  '|---|---|',
  ...commandsBelow(createProgram()).map(([usage, what]) => `| ${code(usage)} | ${cell(what)} |`),
].join('\n');

const example = [
  '# Read in development only, from the working directory. Nothing has to be set; take out a # to set something.',
  '# Made by `npm run generate`; do not edit.',
  ...settings.map(([name, schema]) => {
    const value = (defaultOf(schema, 'development') ?? '').replaceAll('\n', '\\n');
    return `\n# ${schema.description}\n#${name}=${value}`;
  }),
  '',
].join('\n');

function replaceSection(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: made by \`npm run generate\` -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no section between ${begin} and ${end}`);
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}

const present = await readFile(README, 'utf8');
const readme = replaceSection(replaceSection(present, 'settings', settingsTable), 'commands', commandsTable);

if (process.argv.includes('--check')) {
  const stale = [
    ...(readme === present ? [] : ['README.md']),
    ...((await readFile(EXAMPLE, 'utf8').catch(() => '')) === example ? [] : ['.env.example']),
  ];
  if (stale.length > 0) {
    console.error(`${stale.join(' and ')} not current: run \`npm run generate\``);
    process.exit(1);
  }
} else {
  await writeFile(README, readme);
  await writeFile(EXAMPLE, example);
}
