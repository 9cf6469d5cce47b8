import { Type } from '@sinclair/typebox';
import { component, enumeration, ref } from '../../../http/contract/schema.ts';
import { publishAt } from '../posts.schemas.ts';

const WITHDRAWN_STATUSES = ['draft', 'archived'] as const;
const WithdrawnStatus = enumeration(
  'WithdrawnStatus',
  WITHDRAWN_STATUSES,
  'Where a post goes when it is taken back.',
);

export const PublishPost = component(
  'PublishPost',
  { publish_at: Type.Optional(publishAt) },
  { description: 'When to publish; at once where it is left out.' },
);

export const UnpublishPost = component(
  'UnpublishPost',
  { status: Type.Optional(ref(WithdrawnStatus)) },
  {
    description: 'Whether the post becomes a draft again, which is so where it is left out, or is archived.',
  },
);
