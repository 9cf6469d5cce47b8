export { commentsRoutes } from './comments.routes.ts';
export { createComment } from './comments.service.ts';
