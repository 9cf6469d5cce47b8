// Run by tap before the test files: makes what they share.

import { startRecord } from '../contract/record.ts';
import { apart } from './apart.ts';

startRecord();
apart('prepare.ts');
