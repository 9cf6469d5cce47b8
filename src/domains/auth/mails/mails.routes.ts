import { signedIn } from '../../../http/access/actor.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { accepted, noContent, ref } from '../../../http/contract/schema.ts';
import { inWords } from '../../../platform/mail/index.ts';
import { WeakPassword } from '../../users/index.ts';
import { InvalidMailToken } from '../auth.problems.ts';
import type { MailPurpose } from './mails.queries.ts';
import { RequestPasswordReset, ResetPassword, VerifyEmail } from './mails.schemas.ts';
import * as service from './mails.service.ts';

const tags = ['Authentication'];

/** What the reference says about the link of a mail. */
function aboutLink(purpose: MailPurpose, operationId: string): string {
  const { page, life } = service.LINKS[purpose];
  return `It leads to \`/${page}#token=TOKEN\` on the site that runs this service, a page of its front end, which passes the token on to \`${operationId}\`. It works once and for ${inWords(life, 'en')}, and a newer one takes its place. At most ${service.MAILS_PER_HOUR} mails with links go to an address in an hour.`;
}

/** What is done by a link in a mail: a new password, and the proof that an address is one's own. */
export async function mailsRoutes(app: App): Promise<void> {
  app.recurring.add(service.forgettingMailTokens(app.db));
  const { db } = app;

  app.route({
    method: 'POST',
    url: '/auth/password/forgot',
    schema: {
      operationId: 'requestPasswordReset',
      summary: 'Ask for a new password',
      description: `Sends a mail with a link to the address, if an active account has it. ${aboutLink('reset_password', 'resetPassword')} The answer is the same in every case, so that it tells nobody who has an account.`,
      tags,
      body: ref(RequestPasswordReset),
      response: { 202: accepted('If the address belongs to an active account, a mail is on its way.') },
    },
    config: operation({ access: 'public', limit: 'auth', audit: 'user' }),
    handler: async (request, reply) => {
      await service.requestPasswordReset(app, request.body.email, auditOf(request));
      return reply.code(202).send(undefined);
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/password/reset',
    schema: {
      operationId: 'resetPassword',
      summary: 'Set a new password by mail',
      description:
        'Sets a password with the token of a mail, ends every session and every API key of the account, and sends a mail that says so. A password that is refused leaves the token as it was. An account that was imported and has no password yet is claimed this way.',
      tags,
      body: ref(ResetPassword),
      response: { 204: noContent('The new password is set; sign in with it.') },
    },
    config: operation({
      access: 'public',
      limit: 'auth',
      audit: 'user',
      problems: [InvalidMailToken, WeakPassword],
    }),
    handler: async (request, reply) => {
      await service.resetPassword(app, request.body.token, request.body.new_password, auditOf(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/email/verification',
    schema: {
      operationId: 'requestEmailVerification',
      summary: 'Ask for a mail to verify one’s address',
      description: `Sends a mail with a link to one’s own address, unless it is verified. ${aboutLink('verify_email', 'verifyEmail')} Whoever registers gets such a mail without asking.`,
      tags,
      response: { 202: accepted('Unless the address is verified, a mail is on its way.') },
    },
    config: operation({ access: 'user', limit: 'auth', audit: 'user' }),
    handler: async (request, reply) => {
      service.requestVerification(app, signedIn(request), auditOf(request));
      return reply.code(202).send(undefined);
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/email/verify',
    schema: {
      operationId: 'verifyEmail',
      summary: 'Verify an address by mail',
      description:
        'Marks the address of an account as verified with the token of a mail that was sent there. Nobody needs to be signed in.',
      tags,
      body: ref(VerifyEmail),
      response: { 204: noContent('The address is verified.') },
    },
    config: operation({ access: 'public', limit: 'auth', audit: 'user', problems: [InvalidMailToken] }),
    handler: async (request, reply) => {
      await service.verifyEmail(db, request.body.token, auditOf(request));
      return reply.code(204).send(null);
    },
  });
}
