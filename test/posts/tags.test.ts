import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, change, expected, newDraft, newTag, reread } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();

/** The rows of tags whose name begins so, whatever its case. */
const rows = (start: string) =>
  db
    .selectFrom('tags')
    .select(['name', 'slug'])
    .where('name', 'ilike', `${start}%`)
    .orderBy('created_at')
    .execute();

t.test('a tag is made once, by the first post that has it, and keeps the spelling of that', async (t) => {
  const tag = newTag();
  const first = await newDraft(ada, { tags: [tag] });
  const second = await newDraft(ada, { tags: [tag.toUpperCase()] });
  t.same(first.tags, [tag]);
  t.same(second.tags, [tag]);
  t.same((await reread(ada, second)).tags, [tag]);
  t.equal((await rows(tag)).length, 1);
});

t.test('a name in a list counts once, whatever its case and the blanks in and around it', async (t) => {
  const tag = newTag();
  const post = await newDraft(ada, {
    tags: [`${tag} one`, ` ${tag.toUpperCase()}  ONE `, `${tag} one`, `${tag} re\u0301sume\u0301`],
  });
  t.same(
    post.tags.map((name) => name.toLowerCase()),
    [`${tag} one`, `${tag} résumé`],
  );
  t.same((await reread(ada, post)).tags, post.tags);
  t.equal((await rows(tag)).length, 2);
});

t.test('names that only the database takes for the same are one tag', async (t) => {
  for (const [one, other] of [
    ['ΟΔΟΣ', 'οδοσ'],
    ['İstanbul', 'istanbul'],
  ]) {
    const post = await newDraft(ada, { tags: [one, other] });
    t.ok(post.tags.length === 1 || post.tags.length === 2, `${post.tags}`);
    t.same((await reread(ada, post)).tags, post.tags);
  }
});

t.test('C, C++ and C# are three tags', async (t) => {
  const post = await newDraft(ada, { tags: ['C', 'C++', 'C#', 'c'] });
  t.same(post.tags.map((name) => name.toUpperCase()).sort(), ['C', 'C#', 'C++']);
  const slugs = await db.selectFrom('tags').select('slug').where('name', 'ilike', 'c%').execute();
  t.same(slugs.map((tag) => tag.slug).sort(), ['c', 'c-plus-plus', 'c-sharp']);
});

t.test('names that would have one slug are different tags with slugs of their own', async (t) => {
  const start = newTag();
  const names = [`${start} & co`, `${start} and co`, `${start}-and-co`, `${start}!!and?co`];
  const together = await newDraft(ada, { tags: names.slice(0, 2) });
  t.same(together.tags.length, 2);
  for (const name of names.slice(2)) await newDraft(ada, { tags: [name] });
  const tags = await rows(start);
  t.equal(tags.length, 4);
  t.equal(new Set(tags.map((tag) => tag.slug)).size, 4);
});

t.test('nobody takes in advance the slug that a tag would get', async (t) => {
  const start = newTag();
  await newDraft(ada, { tags: [`${start} & co`, `${start}-and-co-2`, `${start}-and-co-1`] });
  const post = await newDraft(ada, { tags: [`${start} and co`] });
  t.same(post.tags, [`${start} and co`]);
});

t.test('tags without a letter of ASCII have slugs too', async (t) => {
  const post = await newDraft(ada, { tags: ['日本語', '中文', '🦄', '!?'] });
  t.same([...post.tags].sort(), ['!?', '中文', '日本語', '🦄'].sort());
  const slugs = await db.selectFrom('tags').select('slug').where('name', 'in', post.tags).execute();
  t.equal(new Set(slugs.map(({ slug }) => slug)).size, 4);
});

t.test('what cannot be seen or turns the text around is no name of a tag', async (t) => {
  for (const name of ['', ' ', '\u00a0', 'a\nb', 'a\tb', 'a\u202eb', 'a\u2028b', '\u0085', 7, null, ['x']]) {
    const { status, body } = await ada.post('/posts', { title: 'A title', body: BODY, tags: [name] });
    t.equal(status, 422, encodeURIComponent(String(name)));
    t.equal(body.errors?.[0]?.pointer, '/tags/0', encodeURIComponent(String(name)));
  }
});

t.test('twenty posts at once make each of their tags once', async (t) => {
  const start = newTag();
  const names = Array.from({ length: 10 }, (_, number) => `${start}-${number}`);
  for (const withKeys of [false, true]) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        ada.post<Post>(
          '/posts',
          {
            title: `${start} number ${number}`,
            body: BODY,
            // Each in an order of its own, and every other one in capitals.
            tags: [...names.slice(number % 10), ...names.slice(0, number % 10)].map((name) =>
              number % 2 ? `${name} ${withKeys}`.toUpperCase() : `${name} ${withKeys}`,
            ),
          },
          { headers: withKeys ? { 'idempotency-key': `tags-${number}` } : {} },
        ),
      ),
    );
    for (const answer of answers) t.equal(expected(201, answer).tags.length, 10);
  }
  t.equal((await rows(start)).length, 20);
});

t.test('names with one slug that are made at the same moment are all made', async (t) => {
  for (let round = 0; round < 5; round++) {
    const start = newTag();
    const names = [`${start} & co`, `${start} and co`, `${start}-and-co`, `${start}, and co`];
    const answers = await Promise.all(
      names.map((name, number) =>
        ada.post<Post>(
          '/posts',
          { title: `${start} number ${number}`, body: BODY, tags: [name] },
          { headers: number % 2 ? { 'idempotency-key': `slug-${round}-${number}` } : {} },
        ),
      ),
    );
    for (const [number, answer] of answers.entries()) t.same(expected(201, answer).tags, [names[number]]);
    t.equal(new Set((await rows(start)).map((tag) => tag.slug)).size, 4);
  }
});

t.test('a change replaces the tags as a whole, and leaves them where it does not name them', async (t) => {
  const start = newTag();
  const [one, two, three] = [`${start} 1`, `${start} 2`, `${start} 3`];
  const post = await newDraft(ada, { tags: [one, two] });
  t.same((await change(ada, post, { title: 'Another title' })).tags, [one, two]);
  t.same((await change(ada, post, { tags: [three, two.toUpperCase()] })).tags, [two, three]);
  t.same((await change(ada, post, { tags: [] })).tags, []);
  t.same((await reread(ada, post)).tags, []);
  t.equal((await rows(one)).length, 1, 'a tag stays when its last post lets go of it');
});
