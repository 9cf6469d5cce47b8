import type { ApiPromise, PagePromise } from './answers.ts';
import type { Ops } from './generated/operations.ts';

/** What can be said of any call. */
export interface CallOptions {
  /** Ends the call, retries and all, with the reason it is aborted with. */
  signal?: AbortSignal | undefined;
  /** How long to wait for each attempt, in milliseconds; 0 waits for ever. */
  timeout?: number | undefined;
  /** How often to try again. */
  maxRetries?: number | undefined;
  /** Sent in addition to those of the client, or instead of them. */
  headers?: Record<string, string> | undefined;
}

/** For operations that have their effect once for each key. */
export interface KeyedOptions extends CallOptions {
  /** Sent with every attempt; by default one is made for each call. Give your own to repeat a call later. */
  idempotencyKey?: string | undefined;
}

/** For reading what may be known already. */
export interface KnownOptions extends CallOptions {
  /** What is known: the ETag, or the resource as it came from the service. */
  ifNoneMatch: string | object;
}

/** For changing what somebody else may have changed in the meantime. */
export interface ChangeOptions extends CallOptions {
  /** The version that the change is based on: its ETag, or the resource as it came from the service. */
  ifMatch: string | object;
}

/** The options of all kinds of calls. */
export type AnyOptions = KeyedOptions & Partial<KnownOptions> & Partial<ChangeOptions>;

export type OperationName = keyof Ops;
/** What an operation is sent; headers are the matter of its options. */
export type ArgumentsOf<K extends OperationName> = Omit<Ops[K]['args'], 'headers'>;
/** The body that an operation answers with. */
export type BodyOf<K extends OperationName> = Extract<Ops[K]['result'], { error: undefined }>['data'];
/** The operations that answer with pages. */
export type ListName = { [K in OperationName]: Ops[K] extends { item: unknown } ? K : never }[OperationName];

/** Who sends the calls of the resources. */
export interface Caller {
  call<K extends OperationName>(name: K, args: ArgumentsOf<K>, options?: CallOptions): ApiPromise<BodyOf<K>>;
  list<K extends ListName>(name: K, args: ArgumentsOf<K>, options?: CallOptions): PagePromise<Ops[K]['item']>;
}
