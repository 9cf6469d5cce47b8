import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Test } from 'tap';
import { type ReadMail, readMail } from './mails.ts';

/** A mail as the server was given it. */
export interface Received extends ReadMail {
  /** Whom the server was told to bring it to. */
  recipients: string[];
}

export interface TestSmtp {
  port: number;
  url: string;
  received: Received[];
  /** What the next mails are answered with instead of being taken, one each. */
  refusals: { code: number; text: string }[];
  close(): Promise<void>;
}

/** A real SMTP server on this machine, closed at the end of the test. */
export async function smtpServer(t: Test, options: SMTPServerOptions = {}): Promise<TestSmtp> {
  const received: Received[] = [];
  const refusals: { code: number; text: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true, // its certificate is one that no client believes
    closeTimeout: 100,
    logger: false,
    ...options,
    onData: async (stream, session, callback) => {
      const source = await buffer(stream);
      const refusal = refusals.shift();
      if (refusal) {
        callback(Object.assign(new Error(refusal.text), { responseCode: refusal.code }));
        return;
      }
      const recipients = session.envelope.rcptTo.map(({ address }) => address);
      received.push({ ...(await readMail(source)), recipients });
      callback();
    },
  });
  server.on('error', () => undefined); // what clients do wrong is for the tests to see
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const bound = listening.address();
  if (typeof bound !== 'object' || bound === null) throw new Error('the server does not listen');
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  t.teardown(close);
  return { port: bound.port, url: `smtp://127.0.0.1:${bound.port}`, received, refusals, close };
}
