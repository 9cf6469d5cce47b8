import { auditOf } from '../../../http/concerns/audit.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer, ref } from '../../../http/contract/schema.ts';
import { ABOUT_WRONG_PASSWORDS, PasswordThrottle } from '../../../platform/password-throttle.ts';
import { AccountDisabled, InvalidCredentials, InvalidRefreshToken } from '../auth.problems.ts';
import { Login, RefreshTokens, TokenPair } from './tokens.schemas.ts';
import * as service from './tokens.service.ts';

const tags = ['Authentication'];

/** Sessions of programs, which keep an access token and a refresh token. */
export async function tokensRoutes(app: App): Promise<void> {
  const { db, config } = app;
  const throttle = new PasswordThrottle(app);
  const issuer: service.TokenIssuer = {
    tokens: app.tokens,
    secrets: app.secretsFor('refresh tokens'),
    accessTtl: config.ACCESS_TOKEN_TTL,
    refreshTtl: config.REFRESH_TOKEN_TTL,
  };

  app.route({
    method: 'POST',
    url: '/auth/login',
    schema: {
      operationId: 'login',
      summary: 'Sign in',
      description: `Begins a session. An address without an account is answered like a wrong password, and as slowly. ${ABOUT_WRONG_PASSWORDS}`,
      tags,
      body: ref(Login),
      response: { 200: answer(TokenPair, 'The tokens of the new session.') },
    },
    config: operation({
      access: 'public',
      limit: 'auth',
      audit: 'user',
      problems: [InvalidCredentials, AccountDisabled],
    }),
    handler: (request) => service.login(db, issuer, throttle, request.body, auditOf(request)),
  });

  app.route({
    method: 'POST',
    url: '/auth/refresh',
    schema: {
      operationId: 'refreshTokens',
      summary: 'Get the next tokens',
      description:
        'Exchanges a refresh token for the next pair. Each works once; the one just used gives the same pair again for ten seconds, in case the answer was lost. An older one ends the session, since somebody else must have a copy, and a mail tells the owner.',
      tags,
      body: ref(RefreshTokens),
      response: { 200: answer(TokenPair, 'The next tokens of the session.') },
    },
    config: operation({
      access: 'public',
      limit: 'refresh',
      audit: 'session',
      problems: [InvalidRefreshToken],
    }),
    handler: (request) => service.refresh(app, issuer, request.body.refresh_token, auditOf(request)),
  });
}
