import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut, or fall silent. */
export interface InterruptibleWay {
  /** The address of the server by this way. */
  url: string;
  /** Ends all connections and refuses others. */
  cut(): void;
  /** Passes nothing on any more, in either direction. */
  silence(): void;
  restore(): void;
  close(): void;
}

/** Opens a way to the server of an address, on a free port of this machine. */
export async function interruptibleWay(to: string, defaultPort: number): Promise<InterruptibleWay> {
  const url = new URL(to);
  const { hostname, port } = url;
  const open = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  const server = createServer((socket) => {
    if (state === 'cut') return socket.destroy();
    const onward = connect(Number(port || defaultPort), hostname);
    socket.on('data', (data) => state === 'silent' || onward.write(data));
    onward.on('data', (data) => state === 'silent' || socket.write(data));
    for (const one of [socket, onward]) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => [socket, onward].map((each) => open.delete(each) && each.destroy()));
    }
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const closeAll = () => [...open].map((socket) => socket.destroy());
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      closeAll();
    },
    silence: () => {
      state = 'silent';
    },
    restore: () => {
      // What was lost in silence would be missed in the middle of an answer.
      if (state === 'silent') closeAll();
      state = 'open';
    },
    close: () => {
      closeAll();
      server.close();
    },
  };
}
