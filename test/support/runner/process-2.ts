// One of the processes that run the test files; there is one for each of `jobs` in .taprc.
import './process.ts';
