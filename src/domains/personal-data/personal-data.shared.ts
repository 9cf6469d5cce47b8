import { component, integer, text, timestamp } from '../../http/contract/schema.ts';
import { deleteCallsOf, listCallsOf } from '../../platform/deprecated-calls/index.ts';
import { deleteAnswersAbout, listAnswersAbout } from '../../platform/idempotency/index.ts';
import { personalSection } from '../../platform/personal-data.ts';

/** What is stored about a person by what all domains share. */

const operation = text({
  minLength: 1,
  maxLength: 60,
  pattern: '^[A-Za-z0-9]+$',
  description: 'The operation.',
  examples: ['createPost'],
});

const DeprecatedCallCount = component(
  'DeprecatedCallCount',
  {
    operation,
    day: text({
      maxLength: 10,
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
      description: 'The day, in UTC.',
      examples: ['2026-11-20'],
    }),
    calls: integer({ description: 'How often it was called that day.', examples: [3] }),
  },
  { description: 'How often one called a deprecated operation on a day.' },
);

export const deprecatedCalls = personalSection({
  name: 'deprecated_calls',
  description: 'How often one called deprecated operations; counted within about ten seconds.',
  item: DeprecatedCallCount,
  batch: 500,
  rows: (db, { account }, slice) => listCallsOf(db, account.id, slice),
  key: ({ day, operation }) => [day, operation],
  map: (row) => row,
  erase: (tx, { id }) => deleteCallsOf(tx, id),
});

const KeptAnswer = component(
  'KeptAnswer',
  { operation, kept_at: timestamp('Since when it is kept.') },
  { description: 'An answer that is kept for the case that a request is repeated with its Idempotency-Key.' },
);

export const keptAnswers = personalSection({
  name: 'kept_answers',
  description: 'To which operations answers are kept that went to one or say something about one.',
  item: KeptAnswer,
  batch: 500,
  rows: (db, { account }, slice) => listAnswersAbout(db, account.id, slice),
  key: ({ principal, operation, key }) => [principal, operation, key],
  map: ({ operation, created_at }) => ({ operation, kept_at: created_at }),
  erase: (tx, { id }) => deleteAnswersAbout(tx, id),
});
