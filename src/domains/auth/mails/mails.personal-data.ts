import { personalSection } from '../../../platform/personal-data.ts';
import { deleteMailTokens, listSentMails } from './mails.queries.ts';
import { SentMail } from './mails.schemas.ts';

export const sentMails = personalSection({
  name: 'sent_mails',
  description: 'The mails with links, as far as it is still known that they were sent; without the links.',
  item: SentMail,
  batch: 500,
  rows: (db, { account }, slice) => listSentMails(db, account.id, slice),
  key: ({ created_at, key }) => [created_at, key],
  map: ({ key: _key, ...mail }) => mail,
  erase: (tx, { id }) => deleteMailTokens(tx, id),
});
