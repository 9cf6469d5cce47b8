import { createTransport } from 'nodemailer';
import { envelopeOf } from './envelope.ts';
import type { Transport } from './mailer.ts';

const SECOND = 1_000;
/** How long to wait for each step before a mail, and for each answer after that. */
const timeouts = (steps: number, answers: number) => ({
  connectionTimeout: steps,
  greetingTimeout: steps,
  dnsTimeout: steps,
  socketTimeout: answers,
});

/**
 * Mails by SMTP (RFC 5321), over TLS from the start for `smtps:` and by STARTTLS where the server offers it for `smtp:`.
 * What nodemailer knows can be added to the address, such as `?requireTLS=true`.
 */
export function openSmtp(options: { url: string; from: string | undefined }): Transport {
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: 3,
    idleTimeout: 5 * SECOND,
    ...timeouts(10 * SECOND, 30 * SECOND),
  });
  // A connection of the pool that breaks while it is idle concerns nobody: the next mail opens another.
  transport.on('error', () => undefined);
  return {
    async deliver(message) {
      if (message.to.endsWith('.invalid')) return; // leads nowhere (RFC 2606): nobody has claimed that account yet
      await transport.sendMail(envelopeOf(message, options.from));
    },
    close: () => transport.close({ force: true }),
  };
}

/** Connects to the server and signs in, as every mail does, without sending one. @throws the error of nodemailer */
export async function trySmtp(url: string): Promise<void> {
  const transport = createTransport({ url, ...timeouts(3 * SECOND, 3 * SECOND) });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
