// Loaded by Node before each test file (node-arg in .taprc): notes that the file ran, so that the checks of the whole
// suite know whether it was the whole one.
import { recordFile } from '../contract/record.ts';

if (process.argv[1]?.endsWith('.test.ts')) recordFile(process.argv[1]);
