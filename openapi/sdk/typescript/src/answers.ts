import type { PageMeta } from './generated/operations.schemas.ts';

/** What an answer says beside its body. */
export interface AnswerInfo {
  status: number;
  headers: Headers;
  /** The version of what was answered, to be sent as `ifMatch` or `ifNoneMatch`. */
  etag: string | null;
  /** To be quoted in questions about the request. */
  requestId: string | null;
}

/** A body together with what the answer says beside it. */
export interface FullAnswer<T> extends AnswerInfo {
  data: T;
}

const known = new WeakMap<object, AnswerInfo>();

/**
 * The status, headers, ETag and request id of the answer that a resource or page came in. It knows the object itself, not
 * copies of it.
 *
 * @throws {TypeError} for an object that is not an answer
 *
 * @example
 * const post = await client.posts.get('hello-world');
 * answerOf(post).etag;
 */
export function answerOf(data: object): AnswerInfo {
  const info = known.get(data);
  if (!info) throw new TypeError('this object did not come from the service: a copy, or an item of a list?');
  return info;
}

/** Remembers which answer a body came in. */
export function remember({ data, ...info }: FullAnswer<unknown>): void {
  if (typeof data === 'object' && data !== null) known.set(data, info);
}

/** An ETag as it stands, or that of a resource which came from the service. */
export function etagOf(version: string | object): string {
  if (typeof version === 'string') return version;
  const { etag } = answerOf(version);
  if (etag === null) throw new TypeError('what was given as a version came without an ETag');
  return etag;
}

/** Whatever a promise may fail with: as loose as the platform's own, so that handlers may say what they expect. */
type Reason = Parameters<NonNullable<Parameters<Promise<never>['catch']>[0]>>[0];

/** The promise of a body. */
export class ApiPromise<T> extends Promise<T> {
  readonly #answer: Promise<FullAnswer<T>>;

  constructor(answer: Promise<FullAnswer<T>>) {
    // Only `answer` settles, so that a failure has one promise, and whoever handles that has handled it.
    super(() => {});
    this.#answer = answer;
  }

  /** What `then` and `finally` give is a plain promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The body together with status, headers, ETag and request id; the only way to these where there is no body. */
  withResponse(): Promise<FullAnswer<T>> {
    return this.#answer;
  }

  // biome-ignore lint/suspicious/noThenProperty: a promise has one, and this one stands for another
  override then<A = T, B = never>(
    done?: ((value: T) => A | PromiseLike<A>) | null,
    failed?: ((reason: Reason) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#answer.then(({ data }) => data).then(done, failed);
  }
}

/** A page of a list. */
export class Page<T> {
  /** The items of this page. */
  readonly data: T[];
  /** Where in the whole list the page stands. */
  readonly meta: PageMeta;
  readonly #next: (cursor: string) => PagePromise<T>;

  constructor(page: { data: T[]; meta: PageMeta }, next: (cursor: string) => PagePromise<T>) {
    this.data = page.data;
    this.meta = page.meta;
    this.#next = next;
  }

  get hasNextPage(): boolean {
    return this.meta.next_cursor !== null;
  }

  /** Reads the page that follows, by cursor; null at the end. */
  async nextPage(): Promise<Page<T> | null> {
    return this.meta.next_cursor === null ? null : this.#next(this.meta.next_cursor);
  }
}

/** The promise of the first page of a list, which leads through all of it: item by item, or page by page. */
export class PagePromise<T> extends ApiPromise<Page<T>> implements AsyncIterable<T> {
  /** Every item of the list, the pages being read as they are needed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for await (const page of this.pages()) yield* page.data;
  }

  /** Every page of the list. */
  async *pages(): AsyncGenerator<Page<T>, void> {
    for (let page: Page<T> | null = await this; page; page = await page.nextPage()) yield page;
  }
}
