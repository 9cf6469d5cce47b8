// Makes the migrated database that the test files copy.
import { POSTGRES_URL, prepareTemplate } from '../../../src/tooling/database-template.ts';

try {
  await prepareTemplate();
} catch (error) {
  if (!POSTGRES_URL || (error instanceof Error && error.cause)) throw error; // a migration failed: show all of it
  console.error(
    `TEST_DATABASE_URL cannot be used: ${error instanceof Error ? error.message || error.name : error}`,
  );
  process.exitCode = 1;
}
