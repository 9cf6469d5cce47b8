import { fileURLToPath } from 'node:url';
import { type Static, Type } from '@sinclair/typebox';
import { EXAMPLE_URL } from '../../http/openapi/problems.ts';

/** What the last run of the whole test suite leaves: its traffic, and what of the contract it did not show. */
export const TRAFFIC = fileURLToPath(new URL('../../../.tap/traffic/', import.meta.url));

/** A request as far as it matters here. */
export interface WireRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** The body as it was sent. */
  payload?: string | Buffer;
}

/** An exchange as an entry of a HAR file (HTTP Archive 1.2), which tools for traffic read. */
export const HarEntry = Type.Object({
  request: Type.Object({ method: Type.String(), url: Type.String() }),
  response: Type.Object({
    status: Type.Number(),
    headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
    content: Type.Object({ text: Type.String() }),
  }),
});
export type HarEntry = Static<typeof HarEntry>;

/** A HAR file, as far as it is read. */
export const Har = Type.Object({ log: Type.Object({ entries: Type.Array(HarEntry) }) });

const list = (values: Iterable<readonly [string, string]>) =>
  [...values].map(([name, value]) => ({ name, value }));

/** Who asked, and with which token, is nobody's business. */
const withoutToken = (headers: Record<string, string>) =>
  Object.entries(headers).map(
    ([name, value]) => [name, name === 'authorization' ? 'Bearer token' : value] as const,
  );

/** The entry of an exchange with the service, as if it had been the one that the contract names. */
export function harEntry(
  { method, path, headers = {}, payload }: WireRequest,
  answer: { status: number; headers: Record<string, string>; text: string },
): HarEntry {
  const url = new URL(path, EXAMPLE_URL);
  const sizes = { headersSize: -1, bodySize: -1 };
  const http = { httpVersion: 'HTTP/1.1', cookies: [], ...sizes };
  const mimeType = headers['content-type'] ?? '';
  const request = {
    ...http,
    method,
    url: url.href,
    headers: list(withoutToken(headers)),
    queryString: list(url.searchParams),
    ...(payload !== undefined && { postData: { mimeType, text: payload.toString() } }),
  };
  const { status, text } = answer;
  const content = { size: Buffer.byteLength(text), mimeType: answer.headers['content-type'] ?? '', text };
  const response = {
    ...http,
    status,
    statusText: '',
    headers: list(Object.entries(answer.headers)),
    content,
    redirectURL: '',
  };
  const timings = { send: 0, wait: 0, receive: 0 };
  return Object.assign(
    { startedDateTime: new Date().toISOString(), time: 0, cache: {}, timings },
    { request, response },
  );
}

/** A HAR file of entries. */
export const harOf = (entries: HarEntry[]) => ({
  log: { version: '1.2', creator: { name: 'Imprint’s tests', version: '1' }, entries },
});
