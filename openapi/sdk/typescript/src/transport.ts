import {
  type AnswerInfo,
  ApiPromise,
  etagOf,
  type FullAnswer,
  Page,
  PagePromise,
  remember,
} from './answers.ts';
import type { AnyOptions, ArgumentsOf, BodyOf, Caller, ListName, OperationName } from './call.ts';
import type { ImprintOptions } from './client.ts';
import {
  ImprintConnectionError,
  ImprintError,
  ImprintTimeoutError,
  type ProblemClass,
  ProblemError,
  UnexpectedAnswerError,
} from './errors.ts';
import type { PageMeta, Problem, TokenPair } from './generated/operations.schemas.ts';
import { OPERATIONS, type Ops } from './generated/operations.ts';
import { PROBLEMS } from './generated/problems.ts';
import { createClientCore } from './generated/runtime/create-client.ts';
import { TimeoutError } from './generated/runtime/errors.ts';
import type { Client, OperationDescriptor, Result } from './generated/runtime/types.ts';
import { shouldRetry } from './retries.ts';
import { TokenKeeper } from './tokens.ts';

/** The generated client, of which nothing is known but that it sends. */
type AnyOps = Record<string, { args: object; result: Result<unknown, unknown>; mode: 'result' }>;

const TIMEOUT = 60_000;
const MAX_RETRIES = 2;
/** The first wait is up to this long, in milliseconds, and each that follows up to twice as long. */
const FIRST_WAIT = 500;

/** Sends calls: adds tokens, keys and versions, and makes errors of what is not a success. */
export class Transport implements Caller {
  readonly keeper: TokenKeeper;
  readonly #core: Client<AnyOps>;
  readonly #accessToken: ImprintOptions['accessToken'];
  readonly #headers: Record<string, string>;
  readonly #maxRetries: number;

  constructor(options: ImprintOptions) {
    const { baseUrl, accessToken, tokens, onTokens, timeout = TIMEOUT, maxRetries = MAX_RETRIES } = options;
    if (accessToken !== undefined && tokens !== undefined)
      throw new TypeError('give either an accessToken or tokens, not both');
    this.#accessToken = accessToken;
    this.#maxRetries = maxRetries;
    this.keeper = new TokenKeeper(tokens, (refreshToken) => this.#renew(refreshToken), onTokens);
    this.#core = createClientCore<AnyOps>(OPERATIONS, {
      serverUrl: baseUrl,
      errorMode: 'result',
      timeout,
      fetch: wholeAnswers(options),
    });
    this.#headers = options.headers ?? {};
  }

  call<K extends OperationName>(
    name: K,
    args: ArgumentsOf<K>,
    options: AnyOptions = {},
  ): ApiPromise<BodyOf<K>> {
    // What an operation answers with is what the contract says, and so what its type says.
    return new ApiPromise(this.#send(name, args, options) as Promise<FullAnswer<BodyOf<K>>>);
  }

  list<K extends ListName>(
    name: K,
    args: ArgumentsOf<K> & { query?: object },
    options: AnyOptions = {},
  ): PagePromise<Ops[K]['item']> {
    type Item = Ops[K]['item'];
    const next = (cursor: string): PagePromise<Item> => {
      const { page: _page, ...query }: { page?: unknown } = args.query ?? {};
      return read({ ...args, query: { ...query, cursor } });
    };
    const read = (given: object): PagePromise<Item> =>
      new PagePromise(
        this.#send(name, given, options).then((answer) => {
          const page = new Page(answer.data as { data: Item[]; meta: PageMeta }, next);
          const full = { ...answer, data: page };
          remember(full);
          return full;
        }),
      );
    return read(args);
  }

  async #send(name: OperationName, args: object, options: AnyOptions): Promise<FullAnswer<unknown>> {
    const operation: OperationDescriptor = OPERATIONS[name];
    checkPath(args);
    const headers = headersOf(operation, options);
    const token = operation.security ? await this.#token() : undefined;
    const answer = await this.#attempt(name, args, options, headers, token);
    if (token === undefined || this.#accessToken !== undefined || !isExpired(answer)) return checked(answer);
    const next = await unlessAborted(this.keeper.instead(token), options.signal);
    return checked(next === undefined ? answer : await this.#attempt(name, args, options, headers, next));
  }

  /** The next pair of tokens. The service gives an answer that was lost once more, if it is asked at once. */
  async #renew(refresh_token: string): Promise<TokenPair> {
    const renew = () => this.call('refreshTokens', { body: { refresh_token } });
    return renew().catch((error) => {
      if (error instanceof ImprintConnectionError && !(error instanceof ImprintTimeoutError)) return renew();
      throw error;
    });
  }

  async #token(): Promise<string | undefined> {
    const given = this.#accessToken;
    if (given === undefined) return this.keeper.tokens?.access_token;
    return typeof given === 'function' ? given() : given;
  }

  /** One call, with its retries; its key is the same in all of them. */
  async #attempt(
    name: string,
    args: object,
    { signal, timeout, maxRetries = this.#maxRetries, headers: own }: AnyOptions,
    headers: Record<string, string>,
    token: string | undefined,
  ): Promise<FullAnswer<unknown> & { error: unknown }> {
    const send = this.#core[name];
    if (!send) throw new TypeError(`there is no operation ${name}`);
    try {
      const { data, error, response } = await send(args, {
        headers: merged(
          this.#headers,
          { ...(token && { Authorization: `Bearer ${token}` }), ...headers },
          own,
        ),
        retry: { retries: maxRetries, retryDelay: FIRST_WAIT, retryOn: shouldRetry },
        ...(signal && { signal }),
        ...(timeout !== undefined && { timeout }),
      });
      return { ...infoOf(response), data, error };
    } catch (error) {
      if (error instanceof SyntaxError) throw new ImprintError('the answer is not JSON', { cause: error });
      if (!(error instanceof TimeoutError)) throw error;
      throw new ImprintTimeoutError(`there was no answer to ${name} within ${error.timeout} ms`, {
        cause: error,
      });
    }
  }
}

const infoOf = ({ status, headers }: Response): AnswerInfo => ({
  status,
  headers,
  etag: headers.get('etag'),
  requestId: headers.get('x-request-id'),
});

/** The headers that an operation takes. */
function headersOf({ params = [] }: OperationDescriptor, options: AnyOptions): Record<string, string> {
  const { idempotencyKey = newKey(), ifMatch, ifNoneMatch } = options;
  const values: Record<string, string | undefined> = {
    'Idempotency-Key': idempotencyKey,
    'If-Match': ifMatch && etagOf(ifMatch),
    'If-None-Match': ifNoneMatch && etagOf(ifNoneMatch),
  };
  const taken = params.filter((one) => one.in === 'header').map(({ name }) => [name, values[name]] as const);
  return Object.fromEntries(taken.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Headers of which the later ones count, however their names are written. */
function merged(...groups: (Record<string, string> | undefined)[]): Headers {
  const headers = new Headers();
  for (const [name, value] of groups.flatMap((group) => Object.entries(group ?? {})))
    headers.set(name, value);
  return headers;
}

/** Random enough for a key; `crypto.randomUUID` is missing from pages that came without TLS. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/** What would make another address of the one that is meant: `/posts/..` is `/`, and `/posts/` is the list. */
function checkPath({ path = {} }: { path?: object }): void {
  for (const [name, value] of Object.entries(path))
    if (/^\.{0,2}$/.test(String(value ?? ''))) throw new TypeError(`${name} cannot be '${value ?? ''}'`);
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'status' in body;

const isExpired = ({ status, error }: { status: number; error: unknown }): boolean =>
  status === 401 && isProblem(error) && error.code === 'invalid_token';

/** A success, or else the error that the answer is. */
function checked({ error, ...answer }: FullAnswer<unknown> & { error: unknown }): FullAnswer<unknown> {
  const { status, headers } = answer;
  if (status === 304) return { ...answer, data: null };
  if (isProblem(error)) {
    // A newer service may have codes that are not in the table.
    const Known: ProblemClass | undefined = PROBLEMS[error.code];
    throw new (Known ?? ProblemError)(error, answer);
  }
  const isJson = /^application\/json\b/.test(headers.get('content-type') ?? '');
  if (status >= 300 || (status !== 204 && !isJson))
    throw new UnexpectedAnswerError(answer, error ?? answer.data);
  remember(answer);
  return answer;
}

/** Reads each answer to its end, so that one which breaks off is tried again like one that never came. */
function wholeAnswers({ fetch: given, credentials }: ImprintOptions): typeof fetch {
  return async (input, init) => {
    try {
      const sent = credentials === undefined ? init : { ...init, credentials };
      const answer = await (given ?? globalThis.fetch)(input, sent);
      const { status, statusText, headers } = answer;
      const body = await answer.arrayBuffer();
      return new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
    } catch (cause) {
      if (init?.signal?.aborted) throw cause;
      throw new ImprintConnectionError('the service could not be reached, or the connection broke', {
        cause,
      });
    }
  };
}

/** What a promise gives, unless the signal is aborted before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
