export { auditLog } from './audit.personal-data.ts';
export { auditRoutes } from './audit.routes.ts';
