import type { DemoPost } from './accounts.ts';

/** Posts about writing and publishing. */
export const craft: readonly DemoPost[] = [
  {
    slug: 'a-headline-is-a-promise',
    by: 'ines',
    title: 'A headline is a promise',
    summary: 'Readers remember the headlines that kept their word, and the ones that did not.',
    tags: ['writing', 'headlines'],
    daysAgo: 5,
    body: `A headline is the only part of a post that everyone reads. It is also the part that is written last, in a hurry.

Write it first, as a promise: *when you have read this, you will know why the ferry was late.* Then write the post that
keeps it. If the post turns out to be about something else, change the promise, not the ferry.

A few tests that have served me well:

1. Could the opposite be a headline too? "Council discusses budget" has no opposite worth printing.
2. Does it still make sense in a list, without the picture and without the summary?
3. Would you say it aloud to a friend? If you would blush, so should the page.`,
    comments: [
      { by: 'mara', body: 'Test two is why I read our own feed on my phone once a week.' },
      { by: 'tomas', body: 'It works for commit messages as well.' },
      { by: 'noor', body: 'I would add a fourth: does it survive translation?', isPending: true },
    ],
  },
  {
    slug: 'let-a-stranger-read-the-draft',
    by: 'ines',
    title: 'Let a stranger read the draft',
    summary: 'Colleagues read what you meant. A stranger reads what you wrote.',
    tags: ['writing', 'editing'],
    daysAgo: 14,
    body: `Colleagues are poor first readers. They know what you meant, so that is what they read.

Give the draft to somebody who was not in the meeting. Do not explain anything beforehand. Ask for two marks only: a line
where they *stopped*, and a cross where they *went back*. You do not need their opinion about the topic; you need a map
of where the text is steep.

Most crosses turn out to be one of three things: a pronoun that could mean two people, a number without a comparison, or
a sentence that began before its writer knew the end. All three can be mended in a minute once you know where they are.`,
    comments: [
      {
        by: 'noor',
        body: 'I am available as a stranger on Thursdays.',
        answers: [{ by: 'ines', body: 'You have read too much of us. We need a new one every year.' }],
      },
    ],
  },
  {
    slug: 'comments-worth-reading',
    by: 'mara',
    title: 'Comments worth reading',
    summary: 'Moderation is less about deleting the worst than about making room for the best.',
    tags: ['community', 'moderation'],
    daysAgo: 21,
    body: `People say that comments are where good posts go to die. It depends on who is in the room when the first one arrives.

**Be there early.** The first three comments set the tone for the next thirty. Answer one of them.

**Decide before publishing, or after, but decide.** With \`COMMENTS_NEED_APPROVAL=on\` every comment waits for a moderator;
otherwise it appears at once and can be rejected later. The first way suits a heated topic, the second a small community
that knows itself.

**Reject without drama.** A comment that is off topic is not a crime. It can go quietly.

**Quote the good ones.** When a comment improves the post, say so in the post. Nothing brings better comments than
seeing one matter.`,
    comments: [
      { by: 'ines', body: 'Being there early is the whole secret.' },
      { by: 'tomas', body: 'Quoting comments in the post changed ours within a month.' },
    ],
  },
  {
    slug: 'what-a-tag-is-for',
    by: 'ines',
    title: 'What a tag is for',
    summary: 'A tag answers one question: what else would this reader like to see?',
    tags: ['writing', 'organisation'],
    daysAgo: 28,
    body: `Tags go wrong in two ways. Either there are nine, chosen in the first week and bent ever since, or there are nine
hundred, and every one has a single post.

Both come from asking what a post *is*. Ask instead what its reader would like to see *next*. A tag with one post answers
nothing, and so does a tag that is on every post.

In practice: use a tag that exists, or make one when you can name three posts for it. Look through the list twice a year.
Rename what has drifted, since its posts come along. Delete what never grew; the posts stay where they are.`,
    comments: [
      { by: 'tomas', body: 'Three posts before a tag. We deleted four hundred of ours with that rule.' },
    ],
  },
  {
    slug: 'a-reading-list-about-plain-language',
    by: 'ines',
    title: 'A reading list about plain language',
    summary: 'A draft: only its author and admins see it.',
    tags: ['writing'],
    body: `To be sorted, and each with a sentence on why it is here:

- The guide that government offices write for each other, and that newspapers should read.
- The essay about politics and language that everyone quotes and few have finished.
- Any manual that came with a good tool.

Ask Tomás for his list about interfaces before publishing.`,
  },
];
