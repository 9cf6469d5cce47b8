import t from 'tap';
import { type ImportedPost, readPost } from '../../src/commands/import/read-post.ts';

const TEXT = 'A body that is long enough to be one.';

function post(path: string, text: string): ImportedPost {
  const result = readPost(path, text);
  if (!result.ok) throw new Error(result.reason);
  return result.post;
}

t.test('a Jekyll post: date and slug from the name, tags by spaces, categories', async (t) => {
  const text = `---
layout: post
title:  "Welcome to Jekyll!"
date:   2014-03-01 10:20:30 +0100
categories: jekyll update
tags: [Ruby, jekyll]
author: Jane Doe and John Smith
excerpt: In short
---
${TEXT}

{% raw %}{{ x }}{% endraw %}
`;
  t.strictSame(post('blog/_posts/2014-03-01-welcome-to-jekyll.markdown', text), {
    path: 'blog/_posts/2014-03-01-welcome-to-jekyll.markdown',
    slug: 'welcome-to-jekyll',
    title: 'Welcome to Jekyll!',
    summary: 'In short',
    body: `${TEXT}\n\n{% raw %}{{ x }}{% endraw %}`,
    published_at: '2014-03-01T09:20:30.000Z',
    updated_at: null,
    status: 'published',
    authors: [
      { name: 'Jane Doe', email: null, username: null },
      { name: 'John Smith', email: null, username: null },
    ],
    tags: ['Ruby', 'jekyll', 'update'],
  });
  const bare = post('_posts/2014-03-02-no-fields.md', `---\nlayout: post\n---\n${TEXT}`);
  t.match(bare, { title: 'No fields', slug: 'no-fields', published_at: '2014-03-02T00:00:00.000Z' });
  t.match(post('_drafts/idea.md', `---\ntitle: An idea\n---\n${TEXT}`), {
    status: 'draft',
    published_at: null,
  });
  t.equal(
    post('_posts/2014-03-02-a.md', `---\ntitle: Hidden\npublished: false\n---\n${TEXT}`).status,
    'draft',
  );
});

t.test('a Hugo post in TOML: bundle folder, publish date, several authors, draft', async (t) => {
  const text = `+++
title = 'Page bundles'
date = 2023-05-06T07:08:09-07:00
publishDate = 2023-06-01
lastmod = 2023-07-01T00:00:00Z
draft = true
description = "What they are"
tags = ["Hugo", "hugo", "bundles"]
categories = ["Guides"]
authors = ["Jane Doe <jane@example.com>", "@john"]
+++

# Page bundles

${TEXT}
`;
  t.strictSame(post('content/posts/page-bundles/index.md', text), {
    path: 'content/posts/page-bundles/index.md',
    slug: 'page-bundles',
    title: 'Page bundles',
    summary: 'What they are',
    body: TEXT,
    published_at: '2023-06-01T00:00:00.000Z',
    updated_at: '2023-07-01T00:00:00.000Z',
    status: 'draft',
    authors: [
      { name: 'Jane Doe', email: 'jane@example.com', username: null },
      { name: 'john', email: null, username: 'john' },
    ],
    tags: ['Hugo', 'bundles', 'Guides'],
  });
});

t.test('a Zola page: taxonomies and extra are tables of their own', async (t) => {
  const text = `+++
title = "Taxonomies"
date = 2021-12-31
updated = 2022-01-02
slug = "about-taxonomies"
[taxonomies]
tags = ["rust", "Web Design"]
categories = ["zola"]
[extra]
author = "Jane Doe (@jane)"
+++
${TEXT}`;
  t.match(post('content/blog/2021-12-31_taxonomies.md', text), {
    slug: 'about-taxonomies',
    published_at: '2021-12-31T00:00:00.000Z',
    updated_at: '2022-01-02T00:00:00.000Z',
    authors: [{ name: 'Jane Doe', email: null, username: 'jane' }],
    tags: ['rust', 'Web Design', 'zola'],
  });
});

t.test('a Next post in MDX: imports go, components stay, authors are objects', async (t) => {
  const text = `---
title: Server components
pubDate: 'Jul 08 2022'
category: React Server
authors:
  - name: Jane Doe
    url: https://jane.example.com
    twitter: '@jane'
    email: jane@example.com
  - John Smith
---
import { Chart } from '../components/chart'
import {
  A,
  B,
} from "x"

export const meta = {
  layout: 'wide',
}

# Server *components*

<Chart year={2022} />

${TEXT}
`;
  t.strictSame(post('blog/server-components.mdx', text), {
    path: 'blog/server-components.mdx',
    slug: 'server-components',
    title: 'Server components',
    summary: null,
    body: `<Chart year={2022} />\n\n${TEXT}`,
    published_at: '2022-07-08T00:00:00.000Z',
    updated_at: null,
    status: 'published',
    authors: [
      { name: 'Jane Doe', email: 'jane@example.com', username: 'jane' },
      { name: 'John Smith', email: null, username: null },
    ],
    tags: ['React Server'],
  });
});

t.test('an MDX file without front matter says what it is in exported metadata', async (t) => {
  const metadata = `export const metadata: Metadata = {\n  title: 'Exported',\n  date: '2024-02-29',\n  tags: ['a', 'b'],\n};`;
  t.match(post('app/blog/exported/page.mdx', `import X from './x'\n${metadata}\n\n${TEXT}`), {
    title: 'Exported',
    published_at: '2024-02-29T00:00:00.000Z',
    tags: ['a', 'b'],
    body: TEXT,
  });
  const computed = `export const metadata = {\n  title: 'a' + name(),\n}\n\n${TEXT}`;
  t.match(readPost('computed.mdx', computed), { ok: false, reason: /^the exported metadata is more than/ });
  t.equal(
    post('a-post.mdx', `export was strong this year.\n${TEXT}`).body,
    `export was strong this year.\n${TEXT}`,
  );
  t.equal(post('a-post.md', `import x from 'x'\n\n${TEXT}`).body, `import x from 'x'\n\n${TEXT}`, 'MDX only');
});
