export { accountRoutes } from './account/account.routes.ts';
export { authenticatorOf, isRecentSession } from './auth.authenticator.ts';
export { browserRoutes } from './browser/browser.routes.ts';
export { sentMails } from './mails/mails.personal-data.ts';
export { mailsRoutes } from './mails/mails.routes.ts';
export { sessions } from './sessions/sessions.personal-data.ts';
export { sessionsRoutes } from './sessions/sessions.routes.ts';
export { tokens } from './tokens/tokens.jwt.ts';
export { tokensRoutes } from './tokens/tokens.routes.ts';
