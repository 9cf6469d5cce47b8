export { normaliseTagName, tagSlug, tagSlugs } from './tags.names.ts';
export { tagsRoutes } from './tags.routes.ts';
export { TagReference, tagName } from './tags.schemas.ts';
