import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { Tag } from '../../src/domains/tags/tags.schemas.ts';
import type { PageMeta } from '../../src/http/concerns/pagination.ts';
import type { Client, SignedIn } from '../support/client/client.ts';

export type TagList = { data: Tag[]; meta: PageMeta };

/** A post with tags; published unless said otherwise. */
export async function newPost(author: SignedIn, tags: string[], input: object = {}): Promise<Post> {
  const answer = await author.post<Post>('/posts', {
    title: 'A post with tags',
    body: 'It is about the tags that it carries.',
    status: 'published',
    tags,
    ...input,
  });
  if (answer.status !== 201) throw new Error(`could not write a post: ${answer.text}`);
  return answer.body;
}

/** The tag with a name. */
export async function tagNamed(client: Client, name: string): Promise<Tag> {
  const { body } = await client.get<TagList>(`/tags?per_page=100&q=${encodeURIComponent(name)}`);
  const tag = body.data.find((one) => one.name === name);
  if (!tag) throw new Error(`there is no tag ${name}`);
  return tag;
}
