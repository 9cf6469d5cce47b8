// Run by tap after the test files: was everything that is documented seen to happen?
import { apart } from './apart.ts';

apart('../contract/check-contract.ts');
