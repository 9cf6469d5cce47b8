export {
  distinctNames,
  retryTagging,
  type TagRows,
  tagged,
  taggedIfKnown,
  tagRows,
} from './tags.creation.queries.ts';
export { normaliseTagName, tagSlug, tagSlugs } from './tags.names.ts';
export { findTags } from './tags.queries.ts';
export { tagsRoutes } from './tags.routes.ts';
export { TagReference, tagName } from './tags.schemas.ts';
export { countPostsOf } from './tags.service.ts';
