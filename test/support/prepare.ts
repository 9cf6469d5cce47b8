// Makes the migrated database that the test files copy.
import { prepareTemplate } from './template.ts';

await prepareTemplate();
