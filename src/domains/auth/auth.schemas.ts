import { text } from '../../http/contract/schema.ts';

/** The password of an account, as whoever signs in gives it. */
export const password = text({
  minLength: 1,
  maxLength: 128,
  description: 'The password.',
  examples: ['correct horse battery staple'],
});
