import { ValidationProblem } from '../../http/contract/problem.ts';
import { defineProblem } from '../../http/contract/problems.ts';

export const PostNotFound = defineProblem({
  code: 'post_not_found',
  status: 404,
  title: 'Post not found',
  description: 'There is no such post, or it is not yours to see or change.',
});
export const RevisionNotFound = defineProblem({
  code: 'revision_not_found',
  status: 404,
  title: 'Revision not found',
  description: 'The post has no such earlier version.',
});
export const PublishingTimeInvalid = defineProblem({
  code: 'publishing_time_invalid',
  status: 422,
  title: 'Publishing time does not fit',
  description:
    'A scheduled post needs a `publish_at` in the future, a draft takes none, and the year has to be 1 to 9999. Change the status or the time.',
});
/** With the fault of the body, as every other 422 of what writes a text has its faults. */
export const MarkdownTooComplex = defineProblem(
  {
    code: 'markdown_too_complex',
    status: 422,
    title: 'Text too complex',
    description:
      'The Markdown of the text takes too long to be rendered, as a text of nothing but nested emphasis does. Simplify it, or divide it into several posts.',
  },
  ValidationProblem,
);
/** With the fault of the query, as the other 422 of a list has its faults. */
export const SearchTooBroad = defineProblem(
  {
    code: 'search_too_broad',
    status: 422,
    title: 'Search too broad',
    description:
      'The search has more words than are looked for at once, or it would find posts by words that they do not have, as `-draft` alone does. Use fewer words, or add one that all posts have to have.',
  },
  ValidationProblem,
);
