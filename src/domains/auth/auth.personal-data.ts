import { personalSection } from '../../platform/personal-data.ts';
import { listSentMails } from './auth.mails.queries.ts';
import { listStoredSessions } from './auth.queries.ts';
import { SentMail, Session } from './auth.schemas.ts';

export const sessions = personalSection({
  name: 'sessions',
  description: 'The sessions, also those that are over and not yet deleted.',
  item: Session,
  batch: 500,
  rows: (db, { account }, slice) => listStoredSessions(db, account.id, slice),
  key: ({ id }) => [id],
  map: (row, { sessionId }) => ({ ...row, is_current: row.id === sessionId }),
});

export const sentMails = personalSection({
  name: 'sent_mails',
  description: 'The mails with links, as far as it is still known that they were sent; without the links.',
  item: SentMail,
  batch: 500,
  rows: (db, { account }, slice) => listSentMails(db, account.id, slice),
  key: ({ created_at, key }) => [created_at, key],
  map: ({ key: _key, ...mail }) => mail,
});
