import { defineProblem } from '../../http/contract/problems.ts';

export const UserNotFound = defineProblem({
  code: 'user_not_found',
  status: 404,
  title: 'User not found',
  description: 'There is no such account, or it has been deleted.',
});
export const EmailTaken = defineProblem({
  code: 'email_taken',
  status: 409,
  title: 'Address taken',
  description: 'Another account has this e-mail address.',
});
export const UsernameTaken = defineProblem({
  code: 'username_taken',
  status: 409,
  title: 'Username taken',
  description: 'Another account has this username. Usernames are the same whatever their case.',
});
export const LastAdmin = defineProblem({
  code: 'last_admin',
  status: 409,
  title: 'The last admin',
  description: 'This is the last active admin. Make another account an admin first.',
});
export const UserErased = defineProblem({
  code: 'user_erased',
  status: 409,
  title: 'Account erased',
  description: 'The owner deleted this account and its personal data is gone, so it cannot be restored.',
});
export const WeakPassword = defineProblem({
  code: 'weak_password',
  status: 422,
  title: 'Password too weak',
  description:
    'The password would soon be guessed: it is one of the commonest, or little more than a common word, a name, a date, a sequence, a pattern on the keyboard, or what is known of the account. Choose three or more words that have nothing to do with each other, or let a password manager make one.',
});
