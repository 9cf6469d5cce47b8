export { PostNotFound } from './posts.problems.ts';
export { publishingRoutes } from './posts.publishing.routes.ts';
export { findVisiblePost } from './posts.queries.ts';
export { postsRoutes } from './posts.routes.ts';
export { POST_STATUSES, PostRefPath } from './posts.schemas.ts';
export { createPost, slugOf } from './posts.service.ts';
