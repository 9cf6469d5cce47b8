// Run by tap before the test files: makes what they share.
import { apart } from './apart.ts';
import { startRecord } from './record.ts';

startRecord();
apart('prepare.ts');
