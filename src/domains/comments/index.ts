export { comments } from './comments.personal-data.ts';
export { commentsRoutes } from './comments.routes.ts';
export { createComment } from './comments.service.ts';
