import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './ranks.ts';

/** What one request came to. */
export interface Answer {
  /** 0 where there was none. */
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  agent?: Agent;
}

/** Sends one request; without an answer its status is 0. */
export function send(url: string, { method = 'GET', headers = {}, body, agent }: Sent = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = () => resolve({ status: 0, headers: {}, text: '' });
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const options = { method, headers: { ...type, ...headers }, ...(agent && { agent }) };
    const sent = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', failed);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

/** Times in milliseconds and how many answers had which status. */
export class Series {
  readonly times: number[] = [];
  readonly statuses = new Map<number, number>();

  add(status: number, time: number): void {
    this.times.push(time);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  quantile(share: number): number {
    return quantile(this.times, share);
  }

  /** `200 × 57, 503 × 3` */
  counted(): string {
    return [...this.statuses]
      .sort()
      .map(([status, count]) => `${status} × ${count}`)
      .join(', ');
  }
}

/** Asks for something every so many milliseconds, whether or not the answers before have come, until the signal. */
export async function probe(url: string, every: number, signal: AbortSignal): Promise<Series> {
  const agent = new Agent({ keepAlive: true });
  const series = new Series();
  const open: Promise<void>[] = [];
  while (!signal.aborted) {
    const start = performance.now();
    open.push(send(url, { agent }).then(({ status }) => series.add(status, performance.now() - start)));
    await sleep(every);
  }
  await Promise.all(open);
  agent.destroy();
  return series;
}

/** Asks for something over and over on so many connections until the signal; returns the requests a second too. */
export async function drive(
  url: string,
  connections: number,
  signal: AbortSignal,
): Promise<{ series: Series; rate: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const series = new Series();
  const begin = performance.now();
  const loop = async () => {
    while (!signal.aborted) {
      const start = performance.now();
      const { status } = await send(url, { agent });
      series.add(status, performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: connections }, loop));
  agent.destroy();
  return { series, rate: (series.times.length * 1000) / (performance.now() - begin) };
}
