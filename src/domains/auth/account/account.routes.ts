import { inSession, signedIn } from '../../../http/access/actor.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { concernsAccount, withIdempotency } from '../../../http/concerns/idempotency.ts';
import { preferredLanguage } from '../../../http/concerns/language.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer, noContent, ref } from '../../../http/contract/schema.ts';
import { LOCALES } from '../../../platform/mail/index.ts';
import { ABOUT_WRONG_PASSWORDS, PasswordThrottle } from '../../../platform/password-throttle.ts';
import {
  acceptAccount,
  createAccount,
  EmailTaken,
  toUser,
  User,
  UsernameTaken,
  updateUser,
  WeakPassword,
} from '../../users/index.ts';
import { WrongPassword } from '../auth.problems.ts';
import { sendVerification } from '../mails/mails.service.ts';
import { ChangePassword, RegisterUser, UpdateCurrentUser } from './account.schemas.ts';
import { changePassword } from './account.service.ts';

const tags = ['Authentication'];

/** One’s own account: registering, reading and changing it. */
export async function accountRoutes(app: App): Promise<void> {
  const throttle = new PasswordThrottle(app);

  app.route({
    method: 'POST',
    url: '/auth/register',
    schema: {
      operationId: 'registerUser',
      summary: 'Make an account for oneself',
      description:
        'Makes an account with the role user, and sends a mail that verifies its address. Sign in with `login` afterwards.',
      tags,
      body: ref(RegisterUser),
      response: {
        201: answer(User, 'The account that was made.', { location: 'The address of the profile.' }),
      },
    },
    config: operation({
      access: 'public',
      limit: 'auth',
      audit: 'user',
      idempotent: true,
      etag: 'content',
      language: true,
      problems: [EmailTaken, UsernameTaken, WeakPassword],
    }),
    handler: async (request, reply) => {
      const locale = preferredLanguage(request, LOCALES);
      const user = await withIdempotency(request, {
        before: () => acceptAccount(request.body),
        effect: async (db, account) =>
          toUser(await createAccount(db, { ...account, locale }, auditOf(request))),
        concerns: concernsAccount,
      });
      if (!request.replayed) sendVerification(app, user);
      return reply.code(201).header('location', `/api/v1/users/${user.id}`).send(user);
    },
  });

  app.route({
    method: 'GET',
    url: '/auth/me',
    schema: {
      operationId: 'getCurrentUser',
      summary: 'Who am I?',
      description: 'The account that is signed in.',
      tags,
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({ access: 'user', limit: 'reads', etag: 'content' }),
    handler: async (request) => toUser(signedIn(request).account),
  });

  app.route({
    method: 'PATCH',
    url: '/auth/me',
    schema: {
      operationId: 'updateCurrentUser',
      summary: 'Change one’s own account',
      description: 'Changes what is given.',
      tags,
      body: ref(UpdateCurrentUser),
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({
      access: 'user',
      limit: 'writes',
      audit: 'user',
      etag: 'content',
      problems: [UsernameTaken],
    }),
    handler: async (request) => {
      const principal = signedIn(request);
      return toUser(await updateUser(app, principal, principal.account.id, request.body, auditOf(request)));
    },
  });

  app.route({
    method: 'PUT',
    url: '/auth/password',
    schema: {
      operationId: 'changePassword',
      summary: 'Change one’s password',
      description: `Needs the current password. Every other session and every API key ends, and a mail tells the owner. ${ABOUT_WRONG_PASSWORDS}`,
      tags,
      body: ref(ChangePassword),
      response: { 204: noContent('The password is changed.') },
    },
    config: operation({
      access: 'user',
      limit: 'auth',
      audit: 'user',
      problems: [WrongPassword, WeakPassword],
    }),
    handler: async (request, reply) => {
      await changePassword(app, throttle, inSession(request), request.body, auditOf(request));
      return reply.code(204).send(null);
    },
  });
}
