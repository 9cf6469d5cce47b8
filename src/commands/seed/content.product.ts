import type { DemoPost } from './accounts.ts';

/** Posts about what Imprint does. */
export const product: readonly DemoPost[] = [
  {
    slug: 'welcome-to-imprint',
    by: 'mara',
    title: 'Welcome to Imprint',
    summary: 'What this place is, what you can do in the next ten minutes, and where to look first.',
    tags: ['imprint', 'getting started'],
    daysAgo: 1,
    body: `Imprint is the part of a publication that readers never see: accounts, posts, comments and tags behind one
HTTP interface. It has no themes and no admin screens. You bring the front end; it keeps the words.

What you are reading is demo content, put here at the first start so that there is something to list, search and
comment on. A short tour:

1. Open [the docs](/docs). Every operation is there, with every answer it can give.
2. List the posts with \`GET /api/v1/posts\`, and try \`?tag=writing\` or \`?q=headline\`.
3. Sign in with the demo login that the start printed, and see in \`GET /api/v1/me/posts\` what only you can see.
4. Change something. Nothing here is precious.

When you have seen enough, stop the service, delete the data folder, and begin with an empty house of your own.`,
    comments: [
      {
        by: 'noor',
        body: 'The tour took me four minutes. I spent the other six reading everything else.',
        answers: [{ by: 'mara', body: 'That is what we hoped for.' }],
      },
      { by: 'tomas', body: 'Worth adding: `/openapi.json` has the same contract for machines.' },
    ],
  },
  {
    slug: 'scheduling-without-a-clockmaker',
    by: 'tomas',
    title: 'Scheduling without a clockmaker',
    summary: 'A scheduled post here is a published post whose time has not come. That is all there is to it.',
    tags: ['imprint', 'publishing'],
    daysAgo: 9,
    body: `Many systems schedule a post by leaving a note for a job: *at nine o'clock, set this one to published*. Then one
morning the job does not run, and nobody notices until the readers do.

Imprint leaves no note. A scheduled post is stored as published, with a \`published_at\` in the future. Every query that
shows posts to the public asks for those whose time has come, so at nine o'clock the post is simply there. No worker has
to wake up, and a restart at one minute to nine changes nothing.

It also makes changes of mind cheap. To move the date, publish again with another \`publish_at\`; to call it off, unpublish.

> The most reliable moving part is the one that was left out.`,
    comments: [
      { by: 'ines', body: 'I once missed an election night because of such a job. Never again.' },
      {
        by: 'noor',
        body: 'What happens to a post that was scheduled while the clock was wrong?',
        isPending: true,
      },
    ],
  },
  {
    slug: 'every-version-is-kept',
    by: 'mara',
    title: 'Every version is kept',
    summary:
      'Edit without fear: each change keeps the version before it, and any of them can be brought back.',
    tags: ['imprint', 'editing'],
    daysAgo: 16,
    body: `Good editing removes things, and removing things takes nerve. It takes less of it when nothing is really gone.

Each time a post is changed, Imprint keeps what it was before: title, summary, text and tags, with a number.
\`GET /posts/{id}/revisions\` lists them, and a single request brings one back. Bringing one back is a change like any
other, so even that can be undone.

Three habits that follow from it:

- **Cut first, argue later.** The paragraph is still there if somebody misses it.
- **Correct in the open.** When a published post was wrong, say so in the text and let the revisions show when.
- **Do not keep copies.** No more \`final-final-2\` in a folder that only one person knows.`,
    comments: [
      { by: 'tomas', body: 'Cut first, argue later. I am putting that above my desk.' },
      { by: 'ines', body: 'Our style guide says it in two pages. This is better.' },
    ],
  },
  {
    slug: 'moving-a-blog-without-losing-a-link',
    by: 'tomas',
    title: 'Moving a blog without losing a link',
    summary:
      'Years of Markdown files can move in with one command. What to check before, and what to check after.',
    tags: ['imprint', 'migration'],
    daysAgo: 23,
    body: `A blog that has lived for ten years is a folder of Markdown files with front matter, written by several people
under several conventions. Moving it is mostly a matter of reading all of those conventions.

**Before.** Count the files. Note which ones are drafts. Pick five addresses that other sites link to, and write them
down: an address is a promise.

**The move.** Let the program read dates, authors, tags and slugs from the front matter, and from the path where the front
matter says nothing. Expect a few files that cannot be read as posts. They should be named, with the reason, while the
rest goes in.

**After.** Compare the counts. Open your five addresses. Then look at the oldest post of all: it was written before
anyone thought about conventions, so if that one looks right, the others probably do too.`,
    comments: [
      { by: 'noor', body: 'The oldest post test caught a date of 1970 for us. Thank you.' },
      { by: 'noor', body: 'Second thought: test the longest title as well.', isPending: true },
    ],
  },
  {
    slug: 'what-comes-after-the-first-hundred-posts',
    by: 'admin',
    title: 'What comes after the first hundred posts',
    summary:
      'An archive is a product of its own. This post is scheduled; if you can read it, a month has passed.',
    tags: ['publishing', 'organisation'],
    daysAgo: -30,
    body: `The first hundred posts are about finding a voice. After that a publication has a second job, which nobody
announces: it has become an archive, and most of its readers arrive at something old.

Look at what they find there. Is the date visible? Does a correction stand where the mistake was? Do the tags still
mean what they meant at the beginning? An hour a month on these questions does more for readers than one more post.`,
  },
  {
    slug: 'notes-for-a-style-guide',
    by: 'admin',
    title: 'Notes for a style guide',
    summary: 'A draft: only its author and admins see it.',
    tags: ['writing', 'editing'],
    body: `Not finished. Collected so far:

- Say who did what. The passive voice is for when nobody knows.
- Numbers up to twelve in words, unless they are measured.
- One idea a paragraph; if the second one is good, it deserves its own.

To do: examples, and a decision about the serial comma that both camps can live with.`,
  },
];
