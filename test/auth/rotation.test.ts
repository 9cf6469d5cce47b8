import t, { type Test } from 'tap';
import type { TokenPair } from '../../src/domains/auth/tokens/tokens.schemas.ts';
import type { PageMeta } from '../../src/http/concerns/pagination.ts';
import { newId } from '../../src/platform/ids.ts';
import { generateSigningKey, KeyRing } from '../../src/platform/keys.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { type Answer, Client, type Person } from '../support/client/client.ts';
import { fileDatabase } from '../support/database/database.ts';
import { until } from '../support/until.ts';
import { read } from './forge.ts';

/** A new key on a service of two processes that are restarted one after the other, while requests come in. */

const database = await fileDatabase();
const [oldKey, newKey] = [generateSigningKey(), generateSigningKey()];
const kids = { old: new KeyRing(oldKey).signing.kid, new: new KeyRing(newKey).signing.kid };
const kidOf = ({ access_token }: TokenPair) => read(access_token).header.kid;

/** One process: with the old key, with the new one just after its start, then after the handover, then on its own. */
const STAGES = {
  before: { signingKey: oldKey },
  started: { signingKey: newKey, previous: oldKey },
  settled: { signingKey: newKey, previous: oldKey, handover: 0 },
  after: { signingKey: newKey },
};

async function start(t: Test, stage: keyof typeof STAGES): Promise<Client> {
  const { signingKey, previous, handover }: { signingKey: string; previous?: string; handover?: number } =
    STAGES[stage];
  const config = previous === undefined ? {} : { JWT_PREVIOUS_KEYS: previous };
  const app = await createTestApp(
    { database, signingKey },
    config,
    handover === undefined ? {} : { handover },
  );
  t.teardown(() => app.close());
  await app.ready();
  return new Client(app, database.db);
}

/** The processes that take requests at this moment, behind something that spreads these evenly. */
class Service {
  #processes: Client[] = [];
  #turn = 0;
  next(): Client {
    const process = this.#processes[this.#turn++ % this.#processes.length];
    if (!process) throw new Error('nothing takes requests');
    return process;
  }
  set(...processes: Client[]): void {
    this.#processes = processes;
  }
}

/** Somebody who reads, refreshes and walks through lists all the time, each request at the next process. */
class Visitor {
  requests = 0;
  readonly refused: string[] = [];
  readonly signedBy = new Set<unknown>();
  readonly #service: Service;
  #tokens: TokenPair;
  #cursor: string | null = null;

  constructor(service: Service, tokens: TokenPair) {
    this.#service = service;
    this.#tokens = tokens;
  }

  #note(what: string, { status, text }: Answer<object>): boolean {
    this.requests += 1;
    if (status >= 300) this.refused.push(`${what}: ${status} ${text}`);
    return status < 300;
  }

  async round(): Promise<void> {
    const token = this.#tokens.access_token;
    this.#note('me', await this.#service.next().as(token).get('/auth/me'));
    const path = `/users/${this.#tokens.user.id}/posts?per_page=1${this.#cursor ? `&cursor=${this.#cursor}` : ''}`;
    const list = await this.#service.next().as(token).get<{ meta: PageMeta }>(path);
    if (this.#note('list', list)) this.#cursor = list.body.meta.next_cursor;
    const refresh = { refresh_token: this.#tokens.refresh_token };
    const next = await this.#service.next().post<TokenPair>('/auth/refresh', refresh);
    // As if the first answer had been lost on the way.
    const again = await this.#service.next().post<TokenPair>('/auth/refresh', refresh);
    if (this.#note('refresh', next) && this.#note('refresh again', again)) {
      this.#tokens = again.body;
      this.signedBy.add(kidOf(again.body));
    }
  }
}

async function arrange(client: Client): Promise<Person & { tokens: TokenPair }> {
  const ada = await client.newUser();
  for (const title of ['The first post', 'The second post', 'The third post'])
    await ada.post('/posts', { title, body: 'Enough text for a post.', status: 'published' });
  return ada;
}

t.test('a new key on two processes under load refuses not one request', async (t) => {
  const service = new Service();
  const before = [await start(t, 'before'), await start(t, 'before')] as const;
  service.set(...before);
  const people = [await arrange(before[0]), await arrange(before[1]), await arrange(before[0])];
  const visitors = people.map(({ tokens }) => new Visitor(service, tokens));
  let over = false;
  const load = visitors.map(async (visitor) => {
    while (!over) await visitor.round();
  });
  /** Until everyone has been served a few times by the processes as they are now. */
  const served = async () => {
    const goals = visitors.map((visitor) => visitor.requests + 12);
    await until(() => visitors.every((visitor, index) => visitor.requests >= (goals[index] ?? 0)));
  };
  const seen = () => new Set(visitors.flatMap((visitor) => [...visitor.signedBy]));

  const steps: [string, ...(keyof typeof STAGES)[]][] = [
    ['the first process has been restarted', 'before', 'started'],
    ['both have been', 'started', 'started'],
    ['the first signs with the new key', 'started', 'settled'],
    ['both do', 'settled', 'settled'],
    ['the old key has been taken out of one', 'settled', 'after'],
    ['and out of both', 'after', 'after'],
  ];
  for (const [what, ...stages] of steps) {
    const processes = await Promise.all(stages.map((stage) => start(t, stage)));
    for (const visitor of visitors) visitor.signedBy.clear();
    service.set(...processes);
    await served();
    const old = stages.every((stage) => stage === 'before' || stage === 'started');
    if (old) t.same(seen(), new Set([kids.old]), `${what}: tokens are those of the old key`);
    else t.ok(seen().has(kids.new), `${what}: there are tokens of the new key`);
  }
  over = true;
  await Promise.all(load);
  t.same(
    visitors.flatMap(({ refused }) => refused),
    [],
  );
  t.comment(`${visitors.reduce((sum, { requests }) => sum + requests, 0)} requests`);
});

t.test('a token of the new key would be refused by a process that does not know it yet', async (t) => {
  const [before, settled] = [await start(t, 'before'), await start(t, 'settled')];
  const ada = await settled.newUser();
  t.equal(kidOf(ada.tokens), kids.new);
  t.equal((await before.as(ada.tokens.access_token).get('/auth/me')).status, 401, 'hence the handover');
  const old = await before.newUser();
  const after = await start(t, 'after');
  t.equal((await after.as(old.tokens.access_token).get('/auth/me')).status, 401, 'and hence the wait');
});

t.test('a request that is repeated after the key has changed gets the answer of the first', async (t) => {
  const [before, settled] = [await start(t, 'before'), await start(t, 'settled')];
  const headers = { 'idempotency-key': newId() };
  const body = { email: `${newId()}@example.com`, password: 'correct horse battery staple' };
  const first = await before.post<{ id: string }>('/auth/register', body, { headers });
  const again = await settled.post<{ id: string }>('/auth/register', body, { headers });
  t.equal(again.status, 201);
  t.equal(again.body.id, first.body.id);
  t.equal(again.headers['idempotency-replayed'], 'true');
  const other = await settled.post(
    '/auth/register',
    { ...body, password: 'another one entirely' },
    { headers },
  );
  t.equal(other.body.code, 'idempotency_key_reused');
});
