import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

/**
 * What becomes of a connection: it is `accepted`; accepted and ended in one piece (`fleeting`); `refused` with an error and closed; refused and left open (`lingering`);
 * cut at once (`cut`); or left without an answer until {@link FakePostgres.admit} (`waiting`).
 */
export type Reception = 'accepted' | 'fleeting' | 'refused' | 'lingering' | 'cut' | 'waiting';

interface Session {
  socket: Socket;
  /** Waits to be told that it may ask. */
  isWaiting: boolean;
  isCut: boolean;
  /** Does not answer any more, and keeps the connection. */
  isSilent: boolean;
  statements: Set<string>;
}

/** Enough of PostgreSQL's protocol to be connected to and to answer each statement with the number of the session. */
export class FakePostgres {
  /** What happens to the next connections. */
  reception: () => Reception = () => 'accepted';
  /** What is said to those that are refused. */
  refusal = { code: '53300', message: 'sorry, too many clients already' };
  /** The number of the process that a session is told of; a pooler would give out another. */
  processOf = (session: number): number => session;
  /** The error that the next statements of this name end with: an SQLSTATE and a message. */
  failure: { code: string; message: string } | undefined;
  /** Connections so far. */
  connections = 0;
  /** Messages that came over them so far. */
  messages = 0;
  /** The most that were open at once. */
  most = 0;
  /** The texts of `options` that sessions began with. */
  readonly options = new Set<string>();
  /** The names of the statements that were prepared. */
  readonly names = new Set<string>();
  readonly #live = new Map<number, Session>();
  readonly #server = createServer({ noDelay: true }, (socket) => this.#connect(socket));
  url = '';

  static async listen(t: Test): Promise<FakePostgres> {
    const fake = new FakePostgres();
    fake.#server.listen(0, '127.0.0.1');
    await once(fake.#server, 'listening');
    const address = fake.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('it does not listen');
    fake.url = `postgres://somebody@127.0.0.1:${address.port}/anything`;
    t.teardown(() => {
      for (const { socket } of fake.#live.values()) socket.destroy();
      fake.#server.close();
    });
    return fake;
  }

  /** How many connections are open, whatever became of them. */
  get open(): number {
    return this.#live.size;
  }

  /** How many wait to be admitted. */
  get waiting(): number {
    return [...this.#live.values()].filter(({ isWaiting }) => isWaiting).length;
  }

  /** Lets in those that wait. */
  admit(): void {
    for (const [number, session] of this.#live) if (session.isWaiting) this.#greet(number, session);
  }

  /** Cuts every connection, with an error first or without a word. */
  cut(how: 'error' | 'reset' = 'reset'): void {
    for (const session of this.#live.values()) {
      if (session.isCut) continue;
      session.isCut = true;
      if (how === 'error') session.socket.end(ENDING);
      else session.socket.resetAndDestroy();
    }
  }

  /** Those that are connected get no further answers. */
  silence(): void {
    for (const session of this.#live.values()) session.isSilent = true;
  }

  #connect(socket: Socket): void {
    const number = ++this.connections;
    const session: Session = {
      socket,
      isWaiting: false,
      isCut: false,
      isSilent: false,
      statements: new Set(),
    };
    this.#live.set(number, session);
    this.most = Math.max(this.most, this.#live.size);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#live.delete(number));
    let rest = Buffer.alloc(0);
    let isStarted = false;
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const head = isStarted ? 1 : 0;
        if (rest.length < head + 4) return;
        const length = head + rest.readInt32BE(head);
        if (rest.length < length) return;
        const message = rest.subarray(0, length);
        rest = rest.subarray(length);
        if (session.isCut) return;
        this.messages += 1;
        if (isStarted) this.#answer(number, session, message);
        else {
          isStarted = true;
          this.#start(number, session, message);
        }
      }
    });
  }

  #start(number: number, session: Session, message: Buffer): void {
    const words = message.subarray(8).toString().split('\0');
    const at = words.indexOf('options');
    if (at >= 0) this.options.add(words[at + 1] ?? '');
    const reception = this.reception();
    if (reception === 'accepted') this.#greet(number, session);
    if (reception === 'fleeting') session.socket.end(Buffer.concat([this.#greeting(number), ENDING]));
    const refusal = error(this.refusal.code, this.refusal.message);
    if (reception === 'refused') session.socket.end(refusal);
    if (reception === 'lingering') session.socket.write(refusal);
    if (reception === 'waiting') session.isWaiting = true;
    if (reception === 'cut') session.socket.resetAndDestroy();
  }

  #greet(number: number, session: Session): void {
    session.isWaiting = false;
    session.socket.write(this.#greeting(number));
  }

  #greeting(number: number): Buffer {
    return Buffer.concat([
      packet('R', int32(0)),
      packet('K', int32(this.processOf(number)), int32(7)),
      READY,
    ]);
  }

  #answer(number: number, session: Session, message: Buffer): void {
    const { socket, statements } = session;
    const kind = String.fromCharCode(message[0] ?? 0);
    if (kind === 'X') socket.end();
    if (session.isSilent) return;
    if (kind === 'P') {
      const name = message.subarray(5, message.indexOf(0, 5)).toString();
      const isTwice = name !== '' && statements.has(name);
      statements.add(name);
      this.names.add(name);
      socket.write(
        isTwice ? error('42P05', `prepared statement "${name}" already exists`, 'ERROR') : packet('1'),
      );
    }
    if (kind === 'B') socket.write(packet('2'));
    if (kind === 'D') socket.write(ROW);
    if (kind === 'E') socket.write(this.#rows(number));
    if (kind === 'S') socket.write(READY);
    if (kind === 'Q') socket.write(Buffer.concat([ROW, this.#rows(number), READY]));
  }

  #rows(number: number): Buffer {
    if (this.failure) return error(this.failure.code, this.failure.message, 'ERROR');
    const value = Buffer.from(String(number));
    const row = packet('D', int16(1), int32(value.length), value);
    return Buffer.concat([row, packet('C', Buffer.from('SELECT 1\0'))]);
  }
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

const packet = (kind: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(kind), int32(body.length + 4), body]);
};

const error = (code: string, message: string, severity = 'FATAL'): Buffer =>
  packet('E', Buffer.from(`S${severity}\0C${code}\0M${message}\0\0`));

const ENDING = error('57P01', 'terminating connection');
const INT4 = 23;
const READY = packet('Z', Buffer.from('I'));
const ROW = packet(
  'T',
  int16(1),
  Buffer.from('pid\0'),
  int32(0),
  int16(0),
  int32(INT4),
  int16(4),
  int32(-1),
  int16(0),
);
