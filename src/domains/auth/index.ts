export { authBrowserRoutes } from './auth.browser.routes.ts';
export { authenticatorOf } from './auth.credentials.ts';
export { authMailsRoutes } from './auth.mails.routes.ts';
export { authRoutes } from './auth.routes.ts';
export { tokens } from './auth.tokens.ts';
