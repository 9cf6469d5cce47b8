import type { RateLimits } from '../concerns/limits.ts';
import { guides } from './guides.ts';

/** What each tag is about; a tag of an operation that is missing here is an error. */
export const TAGS: Readonly<Record<string, string>> = {
  Administration: 'Looking after the service as a whole.',
  Authentication:
    'Registration, signing in and out, the sessions and the password of an account, and what is done by mail.',
  Comments: 'Comments on posts, in threads, and their moderation.',
  Health: 'Whether the service is there, for load balancers and orchestrators.',
  Keys: 'API keys, by which programs of partners act for an account, within scopes.',
  Posts: 'Posts: writing, publishing, scheduling, revisions, and reading with full-text search.',
  Tags: 'The tags that posts carry.',
  Users: 'Accounts: public profiles, and their administration.',
};

/**
 * The text that the reference begins with (CommonMark).
 *
 * @param base the address of the service, without a slash at the end
 * @param rateLimits those of this service
 */
export const introduction = (base: string, rateLimits: RateLimits): string =>
  `A headless publishing service: accounts, posts, comments and tags behind one HTTP contract.\n\n${guides(base, rateLimits)}`;
