export { normaliseTagName, tagSlug, tagSlugs } from './tags.names.ts';
export { tagsRoutes } from './tags.routes.ts';
export { tagName } from './tags.schemas.ts';
