import { apiKeys } from '../api-keys/index.ts';
import { auditLog } from '../audit/index.ts';
import { sentMails, sessions } from '../auth/index.ts';
import { comments } from '../comments/index.ts';
import { postRevisions, posts } from '../posts/index.ts';
import { deprecatedCalls, keptAnswers } from './personal-data.shared.ts';

/** What is exported, in this order, and erased with the account. Whatever stores something about a person has a section here. */
export const SECTIONS = [
  sessions,
  apiKeys,
  sentMails,
  posts,
  postRevisions,
  comments,
  auditLog,
  deprecatedCalls,
  keptAnswers,
];
