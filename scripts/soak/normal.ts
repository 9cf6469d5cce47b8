import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, json, type Record } from './caller.ts';

/** Milliseconds between two requests of one account. */
const PACE = 200;
const LOGIN_EVERY = 120;

/** What the service has acknowledged, to be looked for at the end. */
export interface Ledger {
  posts: { id: string; title: string; owner: Caller }[];
  comments: { id: string; post: string; owner: Caller }[];
}

const BODY = 'A paragraph with *emphasis*, a [link](https://example.com) and `code`.\n\n'.repeat(20);

/** An account that reads, lists, writes, comments and signs in again, as people do, until the signal. */
export async function normalTraffic(
  service: string,
  record: Record,
  ledger: Ledger,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const caller = new Caller(service, record, 'normal', name);
  await caller.register();
  const known = () => ledger.posts[Math.floor(Math.random() * ledger.posts.length)]?.id;
  const write = async () => {
    const title = `Post ${randomUUID()}`;
    const body = { title, body: BODY, tags: ['soak', name], status: 'published' };
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await caller.call('createPost', '/posts', { method: 'POST', body, headers });
    const { id } = json(answer);
    if (answer.status === 201) ledger.posts.push({ id: String(id), title, owner: caller });
  };
  const comment = async () => {
    const post = known();
    if (!post) return;
    const body = { body: 'Something that is worth saying.' };
    const answer = await caller.call('createComment', `/posts/${post}/comments`, { method: 'POST', body });
    if (answer.status === 201) ledger.comments.push({ id: String(json(answer).id), post, owner: caller });
  };
  const reads = [
    () => caller.call('getPost', `/posts/${known() ?? 'none'}`),
    () => caller.call('listPosts', '/posts?per_page=20'),
    () => caller.call('getPost', `/posts/${known() ?? 'none'}`),
    () => caller.call('listPosts by tag', '/posts?tag=soak&per_page=20'),
    () => caller.call('getCurrentUser', '/auth/me'),
    () => caller.call('listPosts with words', '/posts?q=paragraph'),
    () => caller.call('listComments', `/posts/${known() ?? 'none'}/comments`),
    () => caller.call('listTags', '/tags'),
    () => caller.call('checkHealth', '//health'),
  ];
  for (let turn = 0; !signal.aborted; turn++) {
    if (turn % LOGIN_EVERY === LOGIN_EVERY - 1) await caller.login();
    else if (turn % 12 === 0) await write();
    else if (turn % 12 === 6) await comment();
    else await reads[turn % reads.length]?.();
    await sleep(PACE);
  }
}
