import { mkdir, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createTransport } from 'nodemailer';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import { envelopeOf } from './envelope.ts';
import type { Transport } from './mailer.ts';

/**
 * Mails as files (RFC 5322, `.eml`) that any mail program opens; their names are in the order of writing. The log names
 * the file and nothing of what is in it. Only the owner of the process can read them, since links in them give access.
 */
export function openFolder(options: { path: string; from: string | undefined }, log: Log): Transport {
  const folder = resolve(options.path);
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async deliver(message) {
      const { message: content } = await transport.sendMail(envelopeOf(message, options.from));
      if (!Buffer.isBuffer(content)) throw new Error('the mail is not in memory');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const path = `${folder}/${newId()}.eml`;
      await writeFile(`${path}.part`, content, { mode: 0o600 });
      await rename(`${path}.part`, path);
      log.info({ path }, 'a mail was written to a file');
    },
    close: () => undefined,
  };
}
