import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newDraft, reread } from './arrange.ts';

const { client } = await testApp(t);
const ada = await client.newUser();
const ANY = { headers: { 'if-match': '*' } };

const CONTENT = { title: 'Nothing new', summary: 'A summary.', tags: ['Sameness', 'Rust'] };

for (const change of [
  {},
  { title: CONTENT.title },
  { summary: CONTENT.summary },
  { tags: ['rust', 'SAMENESS'] },
  { ...CONTENT, body: 'The body that it has already.' },
]) {
  t.test(`a change that changes nothing makes no version: ${JSON.stringify(change)}`, async (t) => {
    const post = await newDraft(ada, { ...CONTENT, body: 'The body that it has already.' });
    const answer = await ada.patch<Post>(`/posts/${post.id}`, change, ANY);
    t.equal(answer.status, Object.keys(change).length > 0 ? 200 : 422);
    t.match(await reread(ada, post), { version: 1, updated_at: post.updated_at });
    const revisions = await ada.get<{ data: unknown[] }>(`/posts/${post.id}/revisions`);
    t.same(revisions.body.data, []);
  });
}

for (const change of [{ summary: null }, { tags: ['Rust'] }, { tags: ['Sameness', 'Go'] }, { tags: [] }]) {
  t.test(`a change that changes something makes one: ${JSON.stringify(change)}`, async (t) => {
    const post = await newDraft(ada, CONTENT);
    const { body } = await ada.patch<Post>(`/posts/${post.id}`, change, ANY);
    t.equal(body.version, 2);
  });
}
