import { defineProblem } from '../../http/contract/problems.ts';

export const InvalidCredentials = defineProblem({
  code: 'invalid_credentials',
  status: 401,
  title: 'Wrong address or password',
  description: 'There is no account with this address and this password.',
});
export const InvalidRefreshToken = defineProblem({
  code: 'invalid_refresh_token',
  status: 401,
  title: 'Invalid refresh token',
  description: 'The refresh token is unknown, expired, or was used before. Sign in again.',
});
export const InvalidMailToken = defineProblem({
  code: 'invalid_mail_token',
  status: 400,
  title: 'Invalid link',
  description:
    'The token of the mail is unknown, expired, was used before, or a newer mail has taken its place. Ask for another mail.',
});
export const AccountDisabled = defineProblem({
  code: 'account_disabled',
  status: 403,
  title: 'Account disabled',
  description: 'The account exists and the password is right, but an admin has disabled it.',
});
export const WrongPassword = defineProblem({
  code: 'wrong_password',
  status: 403,
  title: 'Wrong password',
  description: 'The current password is not right, so nothing was changed.',
});
export const SessionNotFound = defineProblem({
  code: 'session_not_found',
  status: 404,
  title: 'Session not found',
  description: 'There is no such session of yours; it may have ended already.',
});
