import { defineProblem } from '../../http/contract/problems.ts';

export const TagNotFound = defineProblem({
  code: 'tag_not_found',
  status: 404,
  title: 'Tag not found',
  description: 'There is no such tag.',
});
export const TagNameTaken = defineProblem({
  code: 'tag_name_taken',
  status: 409,
  title: 'Tag name taken',
  description: 'Another tag has this name. Names are the same whatever their case.',
});
