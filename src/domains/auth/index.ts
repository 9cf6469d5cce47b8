import type { Authenticator } from '../../http/access.ts';
import type { App } from '../../http/operations.ts';
import { findPrincipal } from './auth.queries.ts';

export { authMailsRoutes } from './auth.mails.routes.ts';
export { sentMails, sessions } from './auth.personal-data.ts';
export { authRoutes } from './auth.routes.ts';
export { tokens } from './auth.tokens.ts';

/** How the shared access concern turns tokens into principals. */
export function authenticatorOf(app: App): Authenticator {
  return {
    verify: (token) => app.tokens.verify(token),
    load: async (claims) => {
      const [account] = await findPrincipal(app.reads, claims);
      return account && { account, sessionId: claims.sid };
    },
  };
}
