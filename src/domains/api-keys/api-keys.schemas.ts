import { type Static, Type } from '@sinclair/typebox';
import { MAX_REQUESTS } from '../../config/rate-limits.ts';
import { SCOPES } from '../../http/access/access.ts';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
import {
  component,
  enumeration,
  integer,
  listOf,
  MORE_MAY_COME,
  NOT_BLANK,
  nullable,
  path,
  query,
  ref,
  text,
  timestamp,
  uuid,
} from '../../http/contract/schema.ts';

const DAY = 86_400;
/** How long a key is valid by default, in seconds. */
export const DEFAULT_LIFETIME = 90 * DAY;

const ApiKeyScope = enumeration(
  'ApiKeyScope',
  SCOPES,
  `What an API key may do. Operations name the one that they need. ${MORE_MAY_COME}.`,
);

const name = text({
  minLength: 1,
  maxLength: 100,
  pattern: NOT_BLANK,
  description: 'What it is for, to be told apart by.',
  examples: ['Static site, production'],
});
const scopes = listOf(ref(ApiKeyScope), {
  minItems: 1,
  maxItems: SCOPES.length,
  uniqueItems: true,
  description: 'What it may do, as far as its owner may.',
  examples: [['posts:read']],
});

const ownLimit = (tier: string) =>
  nullable(
    integer({
      minimum: 1,
      maximum: MAX_REQUESTS,
      description: `Requests of this key in the window of \`${tier}\`, counted for it alone; null where it shares that limit with the other keys of the account.`,
      examples: [6_000],
    }),
  );
const limits = { key_reads: ownLimit('key-reads'), key_writes: ownLimit('key-writes') };

export const ApiKeyLimits = component('ApiKeyLimits', limits, {
  description: 'The rate limits that an admin has set for an API key.',
});

export const SetApiKeyLimits = component('SetApiKeyLimits', limits, {
  description: 'The rate limits that an API key shall have from now on.',
});
export type SetApiKeyLimits = Static<typeof SetApiKeyLimits>;

const fields = {
  id: uuid('The key.'),
  name,
  scopes,
  limits: ref(ApiKeyLimits),
  created_at: timestamp('When it was made.'),
  expires_at: timestamp('When it ends.'),
  last_used_at: nullable(timestamp('When it was last used, to the minute; null where it never was.')),
};

export const ApiKey = component('ApiKey', fields, {
  description: 'A key by which a program acts for an account. Its secret is never shown again.',
});
export type ApiKey = Static<typeof ApiKey>;

export const NewApiKey = component(
  'NewApiKey',
  {
    ...fields,
    key: text({
      minLength: 1,
      maxLength: 200,
      pattern: '^imp_live_[0-9a-f]+_[0-9a-f]+$',
      description:
        'Sent as `Authorization: Bearer KEY`. It is shown this once, and again only to a repeated request with the same `Idempotency-Key`: keep it safe.',
      examples: [
        'imp_live_01932b6e8f2a7c3d9b4e5a6f7c8d9e0f_7f1d2c3b4a5968778695a4b3c2d1e0f00f1e2d3c4b5a69788796a5b4c3d2e1f0c0ffee00',
      ],
    }),
  },
  { description: 'A key that was just made, with its secret.' },
);
export type NewApiKey = Static<typeof NewApiKey>;

export const CreateApiKey = component(
  'CreateApiKey',
  {
    name,
    scopes,
    expires_in: Type.Optional(
      integer({
        minimum: 1,
        maximum: 366 * DAY,
        default: DEFAULT_LIFETIME,
        description: 'For how long it shall be good, in seconds; without it for 90 days.',
        examples: [30 * DAY],
      }),
    ),
  },
  { description: 'A key to be made, and what it shall be good for.' },
);
export type CreateApiKey = Static<typeof CreateApiKey>;

export const ApiKeyPage = pageOf(ApiKey, 'ApiKeyPage', 'A page of the API keys.');
export const ListApiKeysQuery = query(pageQuery);
export const ApiKeyPath = path({
  api_key_id: uuid('The id of the API key, as `listApiKeys` gives it and the audit log names it.'),
});
