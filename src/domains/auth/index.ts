export { authBrowserRoutes } from './auth.browser.routes.ts';
export { authenticatorOf, isRecentSession } from './auth.credentials.ts';
export { authMailsRoutes } from './auth.mails.routes.ts';
export { sentMails, sessions } from './auth.personal-data.ts';
export { authRoutes } from './auth.routes.ts';
export { tokens } from './auth.tokens.ts';
