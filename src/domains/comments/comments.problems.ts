import { defineProblem } from '../../http/contract/problems.ts';

export const CommentNotFound = defineProblem({
  code: 'comment_not_found',
  status: 404,
  title: 'Comment not found',
  description: 'There is no such comment, or it is not yours to change.',
});
export const ParentNotFound = defineProblem({
  code: 'parent_not_found',
  status: 422,
  title: 'Nothing to answer',
  description: 'The comment that `parent_id` names is not one that you can see on this post.',
});
