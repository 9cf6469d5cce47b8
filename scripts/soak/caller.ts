import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord, propertiesOf } from '../../src/platform/unknown.ts';
import { type Answer, type Sent, Series, send } from '../bench/load.ts';

export const PASSWORD = 'correct horse battery staple';

/** The answers of one kind of request, and what was wrong with any of them. */
export class Kind extends Series {
  readonly faults: string[] = [];
}

/** What a run has seen, by kinds of requests. */
export class Record {
  readonly normal = new Map<string, Kind>();
  readonly hostile = new Map<string, Kind>();

  kind(group: 'normal' | 'hostile', name: string): Kind {
    const present = this[group].get(name);
    if (present) return present;
    const kind = new Kind();
    this[group].set(name, kind);
    return kind;
  }
}

export const json = (answer: Answer): { [name: string]: unknown } => {
  try {
    return propertiesOf(JSON.parse(answer.text));
  } catch {
    return {};
  }
};

/** A server error is expected as a declared 503 only, which says when to come back. */
function faultOf(answer: Answer): string | undefined {
  if (answer.status === 0) return 'no answer';
  if (answer.status < 500) return undefined;
  const { code } = json(answer);
  const isDeclared = answer.status === 503 && code === 'service_unavailable' && answer.headers['retry-after'];
  return isDeclared ? undefined : `${answer.status} ${String(code)}: ${answer.text.slice(0, 200)}`;
}

let addresses = 0;

/** Somebody at an address of their own, as the proxy in front of the service would name it. */
export class Caller {
  readonly #service: string;
  readonly #record: Record;
  readonly #group: 'normal' | 'hostile';
  readonly email: string;
  address = Caller.newAddress();
  token: string | undefined;

  constructor(service: string, record: Record, group: 'normal' | 'hostile', name: string) {
    this.#service = service;
    this.#record = record;
    this.#group = group;
    this.email = `${name}@soak.example`;
  }

  static newAddress(): string {
    const n = ++addresses;
    return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  }

  headers(more: { [name: string]: string } = {}): { [name: string]: string } {
    const credential = this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
    return { 'x-forwarded-for': this.address, ...credential, ...more };
  }

  /** Sends a request of a kind; `path` is below the version of the API, or whole where it begins with `//`. */
  async call(
    kind: string,
    path: string,
    { body, headers, ...sent }: Omit<Sent, 'body'> & { body?: object | string | Buffer } = {},
  ): Promise<Answer> {
    const url = path.startsWith('//') ? this.#service + path.slice(1) : `${this.#service}/api/v1${path}`;
    const start = performance.now();
    const text = isRecord(body) && !Buffer.isBuffer(body) ? JSON.stringify(body) : body;
    const answer = await send(url, {
      ...sent,
      headers: this.headers(headers),
      ...(text !== undefined && { body: text as string | Buffer }),
    });
    this.#add(kind, answer, performance.now() - start);
    return answer;
  }

  #add(name: string, answer: Answer, time: number): void {
    const kind = this.#record.kind(this.#group, name);
    kind.add(answer.status, time);
    const fault = faultOf(answer);
    if (fault) kind.faults.push(fault);
  }

  /** Notes a fault of a kind of request that is not in its answer. */
  note(kind: string, fault: string): void {
    this.#record.kind(this.#group, kind).faults.push(fault);
  }

  /** Registers; tries again while it is told to come back. */
  async register(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const body = { email: this.email, password: PASSWORD };
      const { status, text } = await this.call('register', '/auth/register', { method: 'POST', body });
      if (status === 201 || status === 409) break;
      if (attempt > 30) throw new Error(`could not register: ${status} ${text}`);
      await sleep(1_000);
    }
    while (!(await this.login())) await sleep(1_000);
  }

  async login(): Promise<boolean> {
    const body = { email: this.email, password: PASSWORD };
    const answer = await this.call('login', '/auth/login', { method: 'POST', body });
    const { access_token } = json(answer);
    if (typeof access_token !== 'string') return false;
    this.token = access_token;
    return true;
  }
}
