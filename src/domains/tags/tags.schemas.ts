import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
import { component, enumeration, integer, path, query, ref, text, uuid } from '../../http/contract/schema.ts';

// Control characters, line separators and bidirectional controls; a name needs another character than a space.
const UNPRINTABLE = '\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069';

/** The name of a tag in requests and responses. */
export const tagName = text({
  minLength: 1,
  maxLength: 50,
  pattern: `^ *[^\\s${UNPRINTABLE}][^${UNPRINTABLE}]*$`,
  description: 'The name as it is shown, on one line; the same whatever its case. Blanks around it are cut.',
  examples: ['TypeScript'],
});

export const TAG_SORTS = ['name', '-post_count'] as const;
export type TagSort = (typeof TAG_SORTS)[number];
const TagSortOrder = enumeration(
  'TagSortOrder',
  TAG_SORTS,
  'The order of a list of tags: by name, or the most used first.',
);

const tagSlug = text({
  minLength: 1,
  maxLength: 100,
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'The name in addresses; unique, made from the name, and follows it.',
  examples: ['typescript'],
});

export const TagReference = component(
  'TagReference',
  { name: tagName, slug: tagSlug },
  { description: 'A tag as a post names it: what is shown, and what links to it.' },
);
export type TagReference = Static<typeof TagReference>;

export const Tag = component(
  'Tag',
  {
    id: uuid('The tag.'),
    name: tagName,
    slug: tagSlug,
    post_count: integer({ description: 'How many posts with it everyone may see.', examples: [12] }),
  },
  { description: 'A tag that posts carry.' },
);
export type Tag = Static<typeof Tag>;

export const TagPage = pageOf(Tag, 'TagPage', 'A page of the list of tags.');

export const RenameTag = component('RenameTag', { name: tagName }, { description: 'The new name of a tag.' });

export const TagPath = path({ tag_id: uuid('The identifier of the tag.') });

export const ListTagsQuery = query({
  ...pageQuery,
  q: Type.Optional(
    text({
      minLength: 1,
      maxLength: 50,
      description: 'A part of the name of the tag.',
      examples: ['script'],
    }),
  ),
  sort: Type.Optional(ref(TagSortOrder)),
});
