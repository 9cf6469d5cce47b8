export { postRevisions, posts } from './posts.personal-data.ts';
export { PostNotFound } from './posts.problems.ts';
export { publishingRoutes } from './posts.publishing.routes.ts';
export { findVisiblePost, isFreeSlug } from './posts.queries.ts';
export { postsRoutes } from './posts.routes.ts';
export { CreatePost, type CreatePost as NewPostInput, POST_STATUSES, PostRefPath } from './posts.schemas.ts';
export { createPost, replacePost } from './posts.service.ts';
export { postsRoutesV2 } from './posts.v2.routes.ts';
export { postViews } from './posts.views.ts';
