import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Why a process is to end. */
export interface StopReason {
  /** The signal, or what happened. */
  name: string;
  /** Set where the process cannot go on because of an error that nobody caught. */
  error?: unknown;
}

/** Says once, for as long as the process lives, that it is to end. */
export interface StopRequests {
  /** Aborted as soon as the process is to end; what goes on for long watches it. */
  readonly signal: AbortSignal;
  /** Settles with the first reason. Whatever comes after it changes nothing. */
  readonly requested: Promise<StopReason>;
  stop(reason: StopReason): void;
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Takes over what would end this process at once: signals, errors that nobody caught, and in a worker the end of its
 * primary.
 */
export function watchForStop(): StopRequests {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<StopReason>();
  const stop = (reason: StopReason) => {
    resolve(reason);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, () => stop({ name }));
  process.on('uncaughtException', (error, origin) => stop({ name: origin, error }));
  process.on('disconnect', () => stop({ name: 'the primary has ended' }));
  return { signal: controller.signal, requested: promise, stop };
}

/** How an HTTP server comes to its end; milliseconds. */
export interface DrainTimes {
  /** How long it goes on taking connections, so that load balancers see that it is not ready before it refuses any. */
  delay: number;
  /** When the connections that are left are cut, counted from the beginning. */
  cutAfter: number;
  /** Other processes listen on the same address and stop at the same moment, or nearly so. */
  shared: boolean;
}

/**
 * Before the listening ends, clients are let keep their connections for so long. Otherwise they would be connecting anew
 * at that very moment, and the system would reset them.
 */
const SETTLING = 300;
/** For how long at the most what already waits is accepted; a busy process takes a while to. */
const ACCEPTING = 2_000;
/** How far apart in time processes that share an address may be. */
const APART = 100;
/** After the last connection was taken, how long those that wait between two requests may still send one. */
const LAST_REQUESTS = 500;

/**
 * Brings a server to its end without failing a request. Answers say `Connection: close`, so that keep-alive clients go
 * elsewhere by themselves; connections that never come to an end (half-sent requests, very slow readers) are cut when the
 * time is up.
 */
export class Drain {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** The answer a connection is waiting for, or had last. */
  readonly #answers = new WeakMap<Socket, ServerResponse>();
  #closing = false;
  #taken = 0;

  /** To be made before the server listens. */
  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#taken++;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answers.set(request.socket, response);
      if (this.#closing) response.setHeader('connection', 'close');
    });
  }

  /**
   * @param close ends what takes requests and waits for those under way, as Fastify's `close()` does
   */
  async run(times: DrainTimes, close: () => Promise<void>): Promise<void> {
    const { delay, cutAfter, shared } = times;
    const timer = setTimeout(() => this.#cut(), cutAfter);
    if (delay > 0) {
      const settling = Math.min(SETTLING, delay / 2);
      this.#sayClose(true);
      await sleep(delay - settling);
      this.#sayClose(false);
      await sleep(settling);
    }
    if (shared) await sleep(APART);
    await this.#stopListening();
    // A client whose connection is closed before all processes have stopped listening would connect to one that is about to.
    if (shared) await sleep(APART);
    this.#sayClose(true);
    await this.#emptyFor(Math.min(LAST_REQUESTS, cutAfter));
    await close();
    clearTimeout(timer);
  }

  #sayClose(closing: boolean): void {
    this.#closing = closing;
    if (!closing) return;
    for (const socket of this.#sockets) {
      const answer = this.#answers.get(socket);
      if (answer && !answer.headersSent) answer.setHeader('connection', 'close');
    }
  }

  /**
   * Only the listening ends. `http.Server.close()` would also close idle connections, on which a request may be on its way,
   * and switch off the time-outs of half-sent requests. What already waits to be accepted is accepted first, since the
   * system resets the rest: Node takes one connection in each round of its loop, so a round without one means that none is
   * left.
   */
  async #stopListening(): Promise<void> {
    const end = performance.now() + ACCEPTING;
    for (let taken = -1; taken !== this.#taken && performance.now() < end; ) {
      taken = this.#taken;
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
    NetServer.prototype.close.call(this.#server);
  }

  async #emptyFor(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (this.#sockets.size > 0 && performance.now() < end) await sleep(10);
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
