// Run by tap before the test files: makes what they share.
import { startRecord } from './record.ts';
import { prepareTemplate } from './template.ts';

startRecord();
await prepareTemplate();
