import type { Static } from '@sinclair/typebox';
import { component, listOf } from '../../../http/contract/schema.ts';
import { TagReference } from '../../tags/index.ts';
import { Post } from '../posts.schemas.ts';

export const PostV2 = component(
  'PostV2',
  {
    ...Post.properties,
    tags: listOf(TagReference, { maxItems: 20, description: 'Its tags, with what a link to them needs.' }),
  },
  { description: 'A post with its text, as version 2 answers it: its tags can be linked to.' },
);
export type PostV2 = Static<typeof PostV2>;
