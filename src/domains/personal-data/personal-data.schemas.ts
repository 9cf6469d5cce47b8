import { component, listOf, ref, timestamp } from '../../http/contract/schema.ts';
import { User } from '../users/index.ts';
import { SECTIONS } from './personal-data.sections.ts';

/** The lists have no limit of their own; this is the largest that clients with 32-bit integers can read. */
const UNLIMITED = 2_147_483_647;

export const PersonalData = component(
  'PersonalData',
  {
    exported_at: timestamp('When it was begun to be put together.'),
    account: ref(User),
    ...Object.fromEntries(
      SECTIONS.map(({ name, item, description }) => [
        name,
        listOf(item, { maxItems: UNLIMITED, description }),
      ]),
    ),
  },
  { description: 'All that is stored about a person, but for secrets and their hashes.' },
);
