import { type Static, Type } from '@sinclair/typebox';
import { component, enumeration, nullable, ref } from '../../../http/contract/schema.ts';
import { body, publishAt, summary, tags, title } from '../posts.schemas.ts';

export const NEW_POST_STATUSES = ['draft', 'scheduled', 'published'] as const;
const NewPostStatus = enumeration('NewPostStatus', NEW_POST_STATUSES, 'Where a post can begin.');

export const CreatePost = component(
  'CreatePost',
  {
    title,
    body,
    summary: Type.Optional(nullable(summary)),
    tags: Type.Optional(tags),
    status: Type.Optional(ref(NewPostStatus)),
    publish_at: Type.Optional(publishAt),
  },
  {
    description: 'A new post: a draft, unless its status says otherwise. `scheduled` needs `publish_at`.',
    examples: [
      {
        title: 'The contract cannot lie',
        body: 'Everything in **the contract** has been seen to happen.',
        summary: 'Why the code that answers is the code that documents.',
        tags: ['Contracts'],
        status: 'published',
      },
    ],
  },
);
export type CreatePost = Static<typeof CreatePost>;

export const UpdatePost = component(
  'UpdatePost',
  {
    title: Type.Optional(title),
    body: Type.Optional(body),
    summary: Type.Optional(nullable(summary)),
    tags: Type.Optional(tags),
  },
  {
    description: 'What is to change; what is left out stays. Tags are replaced as a whole.',
    minProperties: 1,
  },
);
export type UpdatePost = Static<typeof UpdatePost>;
