import { personalSection } from '../../../platform/personal-data.ts';
import { deleteSessions, listStoredSessions } from './sessions.queries.ts';
import { Session } from './sessions.schemas.ts';

export const sessions = personalSection({
  name: 'sessions',
  description: 'The sessions, also those that are over and not yet deleted.',
  item: Session,
  batch: 500,
  rows: (db, { account }, slice) => listStoredSessions(db, account.id, slice),
  key: ({ id }) => [id],
  map: (row, { sessionId }) => ({ ...row, is_current: row.id === sessionId }),
  erase: (tx, { id }) => deleteSessions(tx, id),
});
