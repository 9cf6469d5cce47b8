/** What the contract says and no test can show, each with the reason; the names are those of test/support/facets.ts. */
export const UNSEEN: Record<string, string> = {
  'answer checkHealth 500 internal_error': 'it looks at nothing that could fail',
  'answer checkReadiness 500 internal_error': 'a check that fails, however it fails, is a part of the answer',
  'answer getSigningKeys 500 internal_error': 'what it answers was made when the process started',
};
