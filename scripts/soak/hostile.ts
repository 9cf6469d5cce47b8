import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Caller, json, type Record } from './caller.ts';

/** What tries to take the service away from others: each function does one such thing once. */
export type Attack = (makeCaller: (name: string) => Caller) => Promise<() => Promise<unknown>>;

const NESTED = '*a **b '.repeat(141_000);
const SCOPES = JSON.stringify({ name: 'Many', scopes: Array.from({ length: 60_000 }, (_, n) => n) });
const WORDS = Array.from({ length: 28 }, (_, n) => `-word${n}`).join('+');
const HUGE = 'x'.repeat(2_000_000);
const BURST = 50;

/** A connection that sends something by itself and waits until it is closed. */
function raw(
  port: number,
  text: string,
  options: { hangUpAfter?: number; drip?: boolean } = {},
): Promise<number> {
  const { hangUpAfter, drip } = options;
  return new Promise((resolve) => {
    const start = performance.now();
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    const dripping = drip && setInterval(() => socket.write('X-Drip: 1\r\n'), 1_000);
    if (hangUpAfter !== undefined) setTimeout(() => socket.destroy(), hangUpAfter);
    socket.on('error', () => undefined);
    socket.resume();
    socket.once('close', () => {
      if (dripping) clearInterval(dripping);
      resolve(performance.now() - start);
    });
  });
}

/**
 * The attacks by name. Their answers are recorded under that name; whoever attacks has accounts and addresses enough.
 *
 * @param slowHead milliseconds after which a connection has to be closed whose request does not come to an end
 */
export function attacksOn(service: string, slowHead: number): { [name: string]: Attack } {
  const port = Number(new URL(service).port);
  const http = (method: string, path: string, headers: { [name: string]: string }, body = '') =>
    `${method} ${path} HTTP/1.1\r\nHost: x\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n${body}`;
  return {
    'large arrays': async (makeCaller) => {
      const caller = makeCaller('arrays');
      await caller.register();
      return () => caller.call('large arrays', '/api-keys', { method: 'POST', body: SCOPES });
    },
    'heavy Markdown': async (makeCaller) => {
      const caller = makeCaller('markdown');
      await caller.register();
      return async () => {
        const body = { title: 'Nested emphasis', body: NESTED };
        const answer = await caller.call('heavy Markdown', '/posts', { method: 'POST', body });
        const { id } = json(answer);
        const headers = { 'if-match': '*' };
        if (answer.status === 201)
          await caller.call('heavy Markdown, deleted', `/posts/${String(id)}`, { method: 'DELETE', headers });
        else await sleep(500);
      };
    },
    'heavy searches': async (makeCaller) => {
      const caller = makeCaller('searches');
      await caller.register();
      return async () => {
        await caller.call('heavy searches', `/posts?q=paragraph+emphasis+link+code+${WORDS}`);
        await caller.call('heavy searches', '/me/posts?q=a+b+c+d+e');
        await caller.call('heavy searches', '/posts?q=paragraph&page=50');
      };
    },
    'floods that match nothing': async (makeCaller) => {
      const caller = makeCaller('floods');
      return async () => {
        caller.address = Caller.newAddress();
        await caller.call('floods that match nothing', '/nowhere', { method: 'POST', body: '{"a":' });
        await caller.call('floods that match nothing', '/%zz');
        await caller.call('floods that match nothing', '/posts', { method: 'QUERY', body: '{}' });
        await caller.call('floods that match nothing', '/auth/login', { method: 'POST', body: HUGE });
      };
    },
    'slow heads': async (makeCaller) => {
      const caller = makeCaller('heads');
      return async () => {
        const times = await Promise.all(
          Array.from({ length: 20 }, () => raw(port, 'GET /health HTTP/1.1\r\nHost: x\r\n', { drip: true })),
        );
        const longest = Math.max(...times);
        if (longest > slowHead) caller.note('slow heads', `one lived ${(longest / 1000).toFixed(0)} s`);
      };
    },
    'login bursts': async (makeCaller) => {
      const callers = Array.from({ length: BURST }, (_, n) => makeCaller(`burst-${n % 10}`));
      await Promise.all(callers.slice(0, 10).map((caller) => caller.register()));
      return async () => {
        await Promise.all(
          callers.map((caller, n) => {
            caller.address = Caller.newAddress();
            const password = n % 2 === 0 ? 'correct horse battery staple' : 'not the password of anybody';
            const body = { email: caller.email, password };
            return caller.call('login bursts', '/auth/login', { method: 'POST', body });
          }),
        );
        await sleep(5_000);
      };
    },
    'hang-ups': async (makeCaller) => {
      const caller = makeCaller('hang-ups');
      await caller.register();
      const body = JSON.stringify({ title: 'Left alone', body: NESTED.slice(0, 100_000) });
      const length = { 'content-type': 'application/json', 'content-length': String(body.length) };
      return async () => {
        const hangUpAfter = Math.random() * 60;
        await raw(port, http('POST', '/api/v1/posts', caller.headers(length), body), { hangUpAfter });
        await raw(port, http('POST', '/api/v1/posts', caller.headers(length), body.slice(0, 500)), {
          hangUpAfter,
        });
        await raw(port, http('GET', '/api/v1/posts?per_page=100', caller.headers()), { hangUpAfter });
        await raw(port, http('GET', '/api/v1/auth/me/data', caller.headers()), { hangUpAfter });
        const login = JSON.stringify({ email: caller.email, password: 'not the password of anybody' });
        const headers = {
          ...length,
          'content-length': String(login.length),
          'x-forwarded-for': Caller.newAddress(),
        };
        await raw(port, http('POST', '/api/v1/auth/login', headers, login), { hangUpAfter });
      };
    },
    erasures: async (makeCaller) => async () => {
      const caller = makeCaller(`erased-${randomUUID()}`);
      await caller.register();
      const post = {
        title: 'Soon to be gone',
        body: 'With its author, who has had enough.',
        status: 'published',
      };
      const made = await caller.call('erasures', '/posts', { method: 'POST', body: post });
      const answer = await caller.call('erasures', '/auth/me', { method: 'DELETE' });
      if (answer.status !== 204) return sleep(1_000);
      const later = await caller.call('erasures', '/auth/me');
      if (later.status !== 401 && later.status < 500)
        caller.note('erasures', `who is erased got ${later.status}`);
      const left = await caller.call('erasures', `/posts/${String(json(made).id)}`);
      if (made.status === 201 && left.status === 200 && left.text.includes(caller.email))
        caller.note('erasures', 'a post names who is erased');
      return sleep(2_000);
    },
    exports: async (makeCaller) => async () => {
      const caller = makeCaller('exports');
      if (!caller.token) await caller.register();
      await caller.call('exports', '/auth/me/data');
      await sleep(500);
    },
  };
}

/** Writers of one post, of whom each change that was acknowledged has to be a version. */
export class Contest {
  readonly #owner: Caller;
  #post = '';
  #acknowledged = 0;

  constructor(service: string, record: Record) {
    this.#owner = new Caller(service, record, 'hostile', 'contest');
  }

  async begin(): Promise<void> {
    await this.#owner.register();
    const body = { title: 'Changed by many', body: 'By several writers at the same moment.' };
    for (let attempt = 0; this.#post === ''; attempt++) {
      const answer = await this.#owner.call('contest', '/posts', { method: 'POST', body });
      if (answer.status === 201) this.#post = String(json(answer).id);
      else if (attempt > 30) throw new Error(`the contested post could not be made: ${answer.text}`);
      else await sleep(1_000);
    }
  }

  /** Five changes at once of the version that all have seen, some with keys: one of them may win. */
  async round(): Promise<void> {
    const seen = await this.#owner.call('contest, read', `/posts/${this.#post}`);
    const { etag } = seen.headers;
    if (seen.status !== 200 || typeof etag !== 'string') return void (await sleep(1_000));
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        this.#owner.call('contest', `/posts/${this.#post}`, {
          method: 'PATCH',
          body: { summary: `${randomUUID()} of writer ${n}` },
          headers: { 'if-match': etag, ...(n % 2 === 0 && { 'idempotency-key': randomUUID() }) },
        }),
      ),
    );
    const won = answers.filter(({ status }) => status === 200).length;
    this.#acknowledged += won;
    if (won > 1) this.#owner.note('contest', `${won} changes of one version were acknowledged`);
    await sleep(6_000);
  }

  /** What is wrong with the post in the end. */
  async check(): Promise<string[]> {
    await this.#owner.login();
    const { version } = json(await this.#owner.call('contest, read', `/posts/${this.#post}`));
    const expected = 1 + this.#acknowledged;
    return version === expected ? [] : [`the contested post has version ${String(version)}, not ${expected}`];
  }
}
