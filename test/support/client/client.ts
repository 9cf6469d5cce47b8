import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { InjectOptions } from 'fastify';
import type { BrowserSession } from '../../../src/domains/auth/browser/browser.schemas.ts';
import type { TokenPair } from '../../../src/domains/auth/tokens/tokens.schemas.ts';
import type { User } from '../../../src/domains/users/users.schemas.ts';
import { SESSION_COOKIE } from '../../../src/http/access/credentials.ts';
import type { App } from '../../../src/http/contract/operations.ts';
import type { Db } from '../../../src/platform/database/index.ts';
import { checkAnswer, type WireAnswer } from '../contract/check-answer.ts';
import { newName, PASSWORD, type Person, settle } from './people.ts';

export { newName, PASSWORD, type Person } from './people.ts';

/** A problem as tests read it. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  request_id: string;
  errors?: { pointer: string; code: string; detail: string }[];
  current_version?: number;
}

/** An answer that was found to be what the contract says. */
export interface Answer<T> {
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  /** What was sent, read as JSON; undefined where nothing was. */
  body: T;
  text: string;
}

export interface RequestOptions {
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with `content-type: application/json` unless the headers say otherwise. */
  raw?: string | Buffer;
  /** The address it comes from; not over a socket. */
  from?: string;
}

type Send = (
  method: string,
  path: string,
  headers: Record<string, string>,
  payload?: string | Buffer,
  from?: string,
) => Promise<WireAnswer>;

const PREFIX = '/api/v1';
/**
 * Calls the service and checks every answer against the contract. Paths are below `/api/v1`; {@link root} takes them as
 * they are. The type of an answer is the test's to say; without one it is a problem.
 */
export class Client {
  readonly app: App;
  readonly #db: Db;
  #send: Send;
  #prefix = PREFIX;
  /** The access token or API key sent with each request. */
  token: string | undefined;
  /** The cookie of a browser's session, sent as a page of the service would. */
  cookie: string | undefined;

  constructor(app: App, db: Db) {
    this.app = app;
    this.#db = db;
    this.#send = overInject(app);
  }

  #copy(): Client {
    const copy = new Client(this.app, this.#db);
    copy.#send = this.#send;
    copy.#prefix = this.#prefix;
    copy.token = this.token;
    copy.cookie = this.cookie;
    return copy;
  }

  /** The same client over a socket. */
  over(address: string): Client {
    const copy = this.#copy();
    copy.#send = overSocket(address);
    return copy;
  }

  /** The same client with somebody's token; without one, with none. */
  as(who?: { token: string | undefined } | string): Client {
    const copy = this.#copy();
    copy.token = typeof who === 'object' ? who.token : who;
    copy.cookie = undefined;
    return copy;
  }

  /** The same client as a browser with a session. */
  inBrowser(cookie: string): Client {
    const copy = this.as();
    copy.cookie = cookie;
    return copy;
  }

  /** The same client for whole paths, such as `/health`. */
  get root(): Client {
    const copy = this.#copy();
    copy.#prefix = '';
    return copy;
  }

  async request<T = ProblemBody>(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<Answer<T>> {
    const payload = options.body === undefined ? options.raw : JSON.stringify(options.body);
    const headers = {
      ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
      ...(this.cookie !== undefined && {
        cookie: `${SESSION_COOKIE}=${this.cookie}`,
        'sec-fetch-site': 'same-origin',
      }),
      ...(payload !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    };
    const url = this.#prefix + path;
    const answer = await this.#send(method, url, headers, payload, options.from);
    const sent = payload === undefined ? {} : { payload };
    checkAnswer(this.app, { method, path: url, headers, ...sent }, answer);
    const isJson = /^application\/([a-z]+\+)?json/.test(answer.headers['content-type'] ?? '');
    // Of type T, if the caller names the right schema: checkAnswer has held the body against that of the operation.
    const body = (isJson && answer.text !== '' ? JSON.parse(answer.text) : undefined) as T;
    return { ...answer, body };
  }

  get<T = ProblemBody>(path: string, options?: RequestOptions) {
    return this.request<T>('GET', path, options);
  }
  head(path: string, options?: RequestOptions) {
    return this.request<undefined>('HEAD', path, options);
  }
  post<T = ProblemBody>(path: string, body?: unknown, options?: RequestOptions) {
    return this.request<T>('POST', path, { body, ...options });
  }
  put<T = ProblemBody>(path: string, body?: unknown, options?: RequestOptions) {
    return this.request<T>('PUT', path, { body, ...options });
  }
  patch<T = ProblemBody>(path: string, body?: unknown, options?: RequestOptions) {
    return this.request<T>('PATCH', path, { body, ...options });
  }
  delete<T = ProblemBody>(path: string, options?: RequestOptions) {
    return this.request<T>('DELETE', path, options);
  }

  /** Registers an account. */
  async register(account: { email?: string; password?: string; username?: string } = {}): Promise<Person> {
    const { email = `${newName()}@example.com`, password = PASSWORD, ...rest } = account;
    const answer = await this.as().post<User>('/auth/register', { email, password, ...rest });
    if (answer.status !== 201) throw new Error(`could not register: ${answer.text}`);
    return { user: answer.body, email, password };
  }

  /** Signs somebody in and gives a client with their token. */
  async login(person: Person): Promise<SignedIn> {
    const { user, email, password } = person;
    const answer = await this.as().post<TokenPair>('/auth/login', { email, password });
    if (answer.status !== 200) throw new Error(`could not sign in: ${answer.text}`);
    return Object.assign(this.as(answer.body.access_token), { user, email, password, tokens: answer.body });
  }

  /** Signs a browser in and gives it, and what was answered. */
  async signIn(
    { email, password }: { email: string; password: string },
    options: { remember?: boolean; cookie?: string; from?: string } = {},
  ): Promise<Client & { cookie: string; answer: Answer<BrowserSession> }> {
    const { cookie, from, ...rest } = options;
    const by = cookie === undefined ? this.as() : this.inBrowser(cookie);
    const headers = { 'sec-fetch-site': 'same-origin' };
    const body = { email, password, ...rest };
    const answer = await by.post<BrowserSession>('/auth/browser-session', body, {
      headers,
      ...(from !== undefined && { from }),
    });
    const [, value] = /^__Host-sid=([^;]+)/.exec(answer.headers['set-cookie'] ?? '') ?? [];
    if (value === undefined) throw new Error(`could not sign in: ${answer.text}`);
    return Object.assign(this.inBrowser(value), { answer, cookie: value });
  }

  /** A new account that is signed in; made without the API, which would hash a password twice. */
  async newUser(account: Parameters<typeof settle>[2] = {}): Promise<SignedIn> {
    const { tokens, ...person } = await settle(this.app, this.#db, account);
    return Object.assign(this.as(tokens.access_token), { ...person, tokens });
  }
  asAdmin(): Promise<SignedIn> {
    return this.newUser({ role: 'admin' });
  }
  asModerator(): Promise<SignedIn> {
    return this.newUser({ role: 'moderator' });
  }
}

/** A client with the token of a new session, and whose it is. */
export type SignedIn = Client & Person & { tokens: TokenPair };

function overInject(app: App): Send {
  return async (method, url, headers, payload, from) => {
    const options: InjectOptions = {
      url,
      headers,
      ...(payload !== undefined && { payload }),
      ...(from !== undefined && { remoteAddress: from }),
    };
    const answer = await app.inject({ ...options, method: method as NonNullable<InjectOptions['method']> });
    const lines = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
    return { status: answer.statusCode, headers: Object.fromEntries(lines), text: answer.payload };
  };
}

/** Requests go out as they are given: unlike `fetch`, nothing normalises the path or adds headers. */
function overSocket(address: string): Send {
  const { hostname, port } = new URL(address);
  return async (method, path, headers, payload) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false });
    outgoing.end(payload);
    const [answer]: IncomingMessage[] = await once(outgoing, 'response');
    if (!answer) throw new Error('there is no answer');
    const lines = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
    return {
      status: answer.statusCode ?? 0,
      headers: Object.fromEntries(lines),
      text: (await buffer(answer)).toString('utf8'),
    };
  };
}
