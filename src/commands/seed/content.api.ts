import type { DemoPost } from './accounts.ts';

/** Posts for developers of clients. */
export const api: readonly DemoPost[] = [
  {
    slug: 'from-nothing-to-a-published-post',
    by: 'tomas',
    title: 'From nothing to a published post in five requests',
    summary:
      'Register, sign in, write, publish, read: the whole life of a post in the order in which it happens.',
    tags: ['api', 'getting started'],
    daysAgo: 3,
    body: `The quickest way to understand a publishing interface is to publish something with it. Five requests do it:

| | request | what comes back |
|---|---|---|
| 1 | \`POST /auth/register\` | your account |
| 2 | \`POST /auth/login\` | an access token and a refresh token |
| 3 | \`POST /posts\` | a draft, which only you can see |
| 4 | \`POST /posts/{id}/publish\` | the same post, visible to everyone |
| 5 | \`GET /posts/{slug}\` | what your readers get, as Markdown and as sanitised HTML |

The access token is short-lived on purpose. When it has expired, \`POST /auth/refresh\` exchanges the refresh token for
the next pair. Each refresh token works once, so keep the new one.

All five are written out for the command line in the README; paste them one after the other.`,
    comments: [
      { by: 'ines', body: 'I am not a programmer and I got to number five. That says something.' },
      {
        by: 'noor',
        body: 'Can three and four be one request?',
        answers: [{ by: 'tomas', body: 'Yes: create it with the status `published`.' }],
      },
    ],
  },
  {
    slug: 'the-contract-cannot-lie',
    by: 'tomas',
    title: 'The contract cannot lie',
    summary: 'Documentation that is written beside the code drifts. Here, what answers is what documents.',
    tags: ['api', 'design'],
    daysAgo: 6,
    body: `Everyone who has built on somebody else's interface knows the moment: the documentation says 200 or 404, and the
service answers 409. It is nobody's fault. The page and the code were true on the same day once, and then the code moved.

In Imprint there is one description of each thing. The schema that checks a request is the schema you read in the docs.
The plugin that refuses a request is the one that adds the refusal to the contract. An answer with a status that the
contract does not name is a bug that stops the tests.

What you get from this is modest and rare: you can generate a client from \`/openapi.json\`, handle the errors that are
listed, and be done.`,
    comments: [
      { by: 'mara', body: 'The same rule holds for style guides: one place, or none.' },
      {
        by: 'noor',
        body: 'And when the contract itself is wrong?',
        answers: [
          { by: 'tomas', body: 'Then the service is wrong in the same way, and one change mends both.' },
        ],
      },
    ],
  },
  {
    slug: 'two-editors-one-post',
    by: 'ines',
    title: 'Two editors, one post',
    summary:
      'The last one to save should not win by accident. How a version number keeps both in the conversation.',
    tags: ['api', 'editing'],
    daysAgo: 12,
    body: `Mara opens a post at ten. Tomás opens it at five past, mends a date and saves. At ten past Mara saves her version,
and the wrong date is back. Nobody did anything wrong, and the post is.

Imprint asks every change to name the version it is based on:

\`\`\`http
PATCH /api/v1/posts/01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f
If-Match: "1-…"
\`\`\`

The value is the \`ETag\` that came with the post. When somebody else was faster the answer is 412, with the current
version in it, and nothing is lost: show the editor both texts and let a person decide. A change that names no version at
all is refused with 428, so that the careful way is also the only one.`,
    comments: [{ by: 'mara', body: 'I remember that date. It was the 14th.' }],
  },
  {
    slug: 'errors-are-part-of-the-interface',
    by: 'tomas',
    title: 'Errors are part of the interface',
    summary:
      'A good error tells three readers three things: the program what to do, the person what happened, support where to look.',
    tags: ['api', 'design', 'writing'],
    daysAgo: 19,
    body: `An error message has three readers, and most are written for none of them.

- **The program** needs a code that never changes: \`email_taken\`, not a sentence to be searched for words.
- **The person** needs a sentence, without blame, that says what to do next.
- **Support** needs the one number under which the event can be found.

Every error here is a *problem* as RFC 9457 describes it: \`code\` for the first, \`title\` and \`detail\` for the second,
\`request_id\` for the third. Its \`type\` is an address that you can open to read about that kind of problem.

When a request has several faults, the answer lists all of them, each with a pointer to the place. Nobody likes to mend a
form one field at a time.`,
    comments: [
      { by: 'ines', body: 'Without blame: yes. "Invalid input" is an accusation.' },
      { by: 'noor', body: 'Please print this and send it to my bank.' },
    ],
  },
];
