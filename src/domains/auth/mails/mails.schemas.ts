import {
  component,
  enumeration,
  MORE_MAY_COME,
  nullable,
  ref,
  text,
  timestamp,
} from '../../../http/contract/schema.ts';
import { newPassword, userFields } from '../../users/index.ts';

const mailToken = text({
  minLength: 1,
  maxLength: 200,
  description: 'The token in the link of the mail; it works once.',
  examples: ['imp_mt_Zk1Yx9wdTq2mJ0f7b9Jx3pWcT5vRn8sLdE6uHaXoYiB'],
});

export const RequestPasswordReset = component(
  'RequestPasswordReset',
  { email: userFields.email('The address of the account.') },
  { description: 'Whose password is to be set anew.' },
);

export const ResetPassword = component(
  'ResetPassword',
  { token: mailToken, new_password: newPassword },
  { description: 'The proof that the address is one’s own, and the password that shall be.' },
);

export const VerifyEmail = component(
  'VerifyEmail',
  { token: mailToken },
  { description: 'The proof that the address is one’s own.' },
);

const MailPurpose = enumeration(
  'MailPurpose',
  ['verify_email', 'reset_password'],
  `What the link of a mail is for. ${MORE_MAY_COME}.`,
);

export const SentMail = component(
  'SentMail',
  {
    purpose: ref(MailPurpose),
    email: userFields.email('The address it was sent to.'),
    created_at: timestamp('When it was sent.'),
    expires_at: timestamp('Until when its link can be used.'),
    ended_at: nullable(
      timestamp('When its link was used or another took its place; null where neither has happened.'),
    ),
  },
  { description: 'A mail with a link that was sent. It is forgotten some time after the link has ended.' },
);
