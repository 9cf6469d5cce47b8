import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Test } from 'tap';
import type { Imprint, ImprintOptions } from '../../openapi/sdk/typescript/dist/index.js';
import type { TokenPair } from '../../src/domains/auth/tokens/tokens.schemas.ts';
import { read, signed } from '../auth/forge.ts';
import { listening, type TestApp } from '../support/app/app.ts';
import { checkAnswer } from '../support/contract/check-answer.ts';

export const POST = { title: 'A post like many', body: 'It says something that is long enough.' };

/** What the SDK needs to reach the service over a socket, with every answer held against the contract. */
export async function reached(
  t: Test,
  service: TestApp,
): Promise<Required<Pick<ImprintOptions, 'baseUrl' | 'fetch'>> & { sent: Request[] }> {
  await listening(t, service);
  const { port } = service.app.server.address() as AddressInfo;
  const sent: Request[] = [];
  const checked: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push(request);
    const payload = await request.clone().text();
    const answer = await fetch(input, init);
    const { pathname, search } = new URL(request.url);
    checkAnswer(
      service.app,
      {
        method: request.method,
        path: pathname + search,
        headers: Object.fromEntries(request.headers),
        ...(payload && { payload }),
      },
      {
        status: answer.status,
        headers: Object.fromEntries(answer.headers),
        text: await answer.clone().text(),
      },
    );
    return answer;
  };
  return { baseUrl: `http://127.0.0.1:${port}`, fetch: checked, sent };
}

/** The same tokens, the access token having expired. */
export function expired(tokens: TokenPair): TokenPair {
  const { header, claims } = read(tokens.access_token);
  const past = Math.floor(Date.now() / 1000) - 60;
  return { ...tokens, access_token: signed(header, { ...claims, iat: past - 900, exp: past }) };
}

/** A request as it came in. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
  at: number;
}

export type Behaviour = (answer: ServerResponse, request: Received) => void;

/** A server that does one thing after the other, the last one for ever; and what it was sent. */
export async function misbehaving(
  t: Test,
  ...behaviours: Behaviour[]
): Promise<{ baseUrl: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: await text(incoming), at: performance.now() };
    const behave = behaviours[Math.min(received.length, behaviours.length - 1)];
    received.push(request);
    behave?.(answer, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}`, received };
}

/** Answers with JSON. */
export const says =
  (status: number, body: object, headers: Record<string, string> = {}): Behaviour =>
  (answer) =>
    answer.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** Answers with a problem, as the service would. */
export const fails = (status: number, code: string, headers: Record<string, string> = {}): Behaviour =>
  says(
    status,
    {
      type: `https://api.imprint.example/problems/${code}`,
      title: 'A problem',
      status,
      detail: 'It did not work.',
      instance: '/',
      code,
      request_id: 'request-1',
    },
    { 'content-type': 'application/problem+json', ...headers },
  );

/** Breaks the connection without an answer. */
export const hangsUp: Behaviour = (answer) => answer.destroy();

/** Never answers. */
export const isSilent: Behaviour = () => {};

/** The error a promise fails with. */
export async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** Reads a sequence to its end. */
export async function all<T>(sequence: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of sequence) items.push(item);
  return items;
}

/** The client of a page or a program that has been signed in. */
export async function signedIn(
  client: Imprint,
  account: { email: string; password: string },
): Promise<Imprint> {
  await client.auth.registerUser(account);
  client.tokens = await client.auth.login(account);
  return client;
}
