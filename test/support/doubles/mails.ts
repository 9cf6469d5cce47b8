import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import t from 'tap';
import { type MailQueue, openMailer } from '../../../src/platform/mail/index.ts';
import { oncePerFile } from '../runner/current-file.ts';
import { silentLog } from './log.ts';

/** A mail as a mail program would show it. */
export interface ReadMail {
  to: string;
  from: string;
  subject: string;
  text: string;
  html: string;
  /** By name in lower case. */
  headers: Record<string, string>;
  /** The link in it, if it has one. */
  link: string | undefined;
  /** The token in that. */
  token: string | undefined;
}

/** The mails of a test file, written to a folder that is gone when the file ends. */
export interface TestMails {
  mailer: MailQueue;
  folder: string;
  /** Every mail to an address so far, the oldest first; what was handed over before is waited for. */
  to(address: string): Promise<ReadMail[]>;
  /** The newest mail to an address. */
  last(address: string): Promise<ReadMail>;
  /** The token in the newest mail with a link. Mails handed over at once may come in any order. */
  token(address: string): Promise<string>;
  /** The subjects of all mails to an address. */
  subjects(address: string): Promise<string[]>;
}

/** Reads a mail from its source. */
export async function readMail(source: string | Buffer): Promise<ReadMail> {
  const mail: Email = await PostalMime.parse(source);
  const text = mail.text ?? '';
  const link = /^https?:\/\/\S+#\S+$/m.exec(text)?.[0];
  return {
    to: mail.to?.map((one) => one.address).join(', ') ?? '',
    from: mail.from?.address ?? '',
    subject: mail.subject ?? '',
    text,
    html: mail.html ?? '',
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
    link,
    token: link?.split('#token=')[1],
  };
}

/** The mails of this test file. */
export const fileMails = oncePerFile(open);

async function open(): Promise<TestMails> {
  const root = await mkdtemp(join(tmpdir(), 'imprint-mails-'));
  const mailer = openMailer({ DATA_DIR: root }, silentLog);
  t.teardown(async () => {
    await mailer.close();
    await rm(root, { recursive: true, force: true });
  });
  const folder = join(root, 'mail');
  const to = async (address: string) => {
    await mailer.idle();
    const names = (await readdir(folder).catch(() => [])).sort();
    const mails = await Promise.all(names.map(async (name) => readMail(await readFile(join(folder, name)))));
    return mails.filter((mail) => mail.to === address);
  };
  const last = async (address: string) => {
    const mail = (await to(address)).at(-1);
    if (!mail) throw new Error(`there is no mail to ${address}`);
    return mail;
  };
  const token = async (address: string) => {
    const mail = (await to(address)).findLast((one) => one.token !== undefined);
    if (!mail?.token) throw new Error(`there is no link in the mails to ${address}`);
    return mail.token;
  };
  const subjects = async (address: string) => (await to(address)).map(({ subject }) => subject);
  return { mailer, folder, to, last, token, subjects };
}
