import { readFile, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { openEmbedded } from '../src/platform/database/embedded.ts';
import { migrateUp } from '../src/platform/database/migrations.ts';

/**
 * Writes the row types from a freshly migrated database. A CHECK over a list of texts becomes a union of them.
 * With `--check` it only checks that the file is current.
 */

const TARGET = new URL('../src/platform/database/tables.ts', import.meta.url);

const TYPES: Record<string, string> = {
  _uuid: 'string[]',
  bool: 'boolean',
  bytea: 'Uint8Array',
  date: 'string',
  float8: 'number',
  int4: 'number',
  int8: 'number',
  jsonb: 'ColumnType<unknown, string, string>',
  text: 'string',
  _text: 'string[]',
  timestamptz: 'string',
  uuid: 'string',
  tsvector: 'string',
};

interface Column {
  table_name: string;
  column_name: string;
  type: string;
  is_nullable: boolean;
  has_default: boolean;
  is_generated: boolean;
  check_values: string[] | null;
}

const database = await openEmbedded({});
await migrateUp(database);
const { rows } = await sql<Column>`
  select c.relname as table_name, a.attname as column_name, t.typname as type, not a.attnotnull as is_nullable,
    a.atthasdef as has_default, a.attgenerated <> '' as is_generated,
    (select array_agg(m[1] order by n) from pg_constraint k,
      regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_ ]+)''::text', 'g') with ordinality as found(m, n)
      where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]) as check_values
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'migrations%'
  order by c.relname, a.attnum`.execute(database.db);
await database.close();

const typeOf = (column: Column): string => {
  const plain = column.check_values?.map((value) => `'${value}'`).join(' | ') ?? TYPES[column.type];
  if (!plain)
    throw new Error(
      `${column.table_name}.${column.column_name} has the type ${column.type}, for which there is no TypeScript type yet`,
    );
  const type = column.is_nullable ? `${plain} | null` : plain;
  if (column.is_generated) return `GeneratedAlways<${type}>`;
  return column.has_default ? `Generated<${type}>` : type;
};

const pascal = (name: string) =>
  name.replace(/(^|_)([a-z])/g, (_, _underscore, letter: string) => letter.toUpperCase());
const tables = Map.groupBy(rows, (row) => row.table_name);
const wrappers = ['ColumnType', 'Generated', 'GeneratedAlways', 'Selectable'];
const interfaces = [...tables].map(
  ([table, columns]) =>
    `export interface ${pascal(table)}Table {\n${columns.map((column) => `  ${column.column_name}: ${typeOf(column)};`).join('\n')}\n}\n`,
);
const body = `${interfaces.join('\n')}
export interface Tables {
${[...tables.keys()].map((table) => `  ${table}: ${pascal(table)}Table;`).join('\n')}
}

/** A row of \`users\`. */
export type Account = Selectable<UsersTable>;
`;
const used = wrappers.filter((wrapper) => body.includes(`${wrapper}<`));
const source = `// Made by \`npm run generate\` from the migrated database; do not edit.\nimport type { ${used.join(', ')} } from 'kysely';\n\n${body}`;

if (process.argv.includes('--check')) {
  if ((await readFile(TARGET, 'utf8')) !== source) {
    console.error('src/platform/database/tables.ts is not current: run `npm run generate`');
    process.exit(1);
  }
} else await writeFile(TARGET, source);
