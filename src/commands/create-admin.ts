import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Promotion } from '../domains/users/index.ts';
import type { Audit } from '../platform/audit/index.ts';
import { commandActor, print, settings, warn, withDatabase } from './context.ts';
import { Failure, UsageError } from './failures.ts';

/** The flags of `imprint create-admin`. */
export interface CreateAdminOptions {
  promote?: boolean;
}

/** `imprint create-admin EMAIL` */
export async function createAdmin(email: string, { promote }: CreateAdminOptions): Promise<void> {
  settings();
  const { userFields } = await import('../domains/users/index.ts');
  const { maxLength = 254, pattern = '' } = userFields.email('');
  if (email.length > maxLength || !new RegExp(pattern, 'u').test(email))
    throw new UsageError(`"${email}" is not an e-mail address`);
  const { Audit } = await import('../platform/audit/index.ts');
  const audit = new Audit(commandActor('create-admin'), { action: 'createAdmin', type: 'user' });
  await (promote ? promoteAccount(email, audit) : makeAccount(email, audit));
}

async function makeAccount(email: string, audit: Audit): Promise<void> {
  const { acceptAccount, createAccount, EmailTaken, newPassword, WeakPassword } = await import(
    '../domains/users/index.ts'
  );
  const password = process.stdin.isTTY ? await askTwice() : await firstLine();
  const { minLength = 8, maxLength: longest = 128 } = newPassword;
  const length = [...password].length;
  if (length < minLength || length > longest)
    throw new UsageError(`the password must have between ${minLength} and ${longest} characters`);

  const account = await withDatabase(
    async ({ db }) => {
      try {
        const account = await acceptAccount({ email, password, role: 'admin' as const });
        return await createAccount(db, account, audit);
      } catch (error) {
        if (error instanceof WeakPassword)
          throw new UsageError(
            'the password would soon be guessed; three or more words that have nothing to do with each other are better',
          );
        if (error instanceof EmailTaken)
          throw new Failure(`there is an account of ${email} already; --promote makes it an admin`);
        throw error;
      }
    },
    { prepared: true },
  );
  print(`${account.email} is an admin now (username ${account.username})`);
}

const UNCHANGED_BECAUSE: Record<Exclude<Promotion['outcome'], 'promoted'>, string> = {
  'was admin already': 'is an admin already',
  'is deleted': 'is deleted; let an admin restore it first (restoreUser), or make another account',
  'is disabled': 'is disabled; let an admin enable it first (updateUser), or make another account',
};

async function promoteAccount(email: string, audit: Audit): Promise<void> {
  const { accountAccess } = await import('../domains/auth/index.ts');
  const { promoteToAdmin, UserNotFound } = await import('../domains/users/index.ts');
  const { outcome, account } = await withDatabase(
    async ({ db }) => {
      try {
        return await promoteToAdmin({ db, accountAccess }, email, audit);
      } catch (error) {
        if (error instanceof UserNotFound)
          throw new Failure(`there is no account of ${email}; without --promote one is made`);
        throw error;
      }
    },
    { prepared: true },
  );
  const named = `${account.email} (username ${account.username})`;
  if (outcome === 'was admin already') return print(`${named} ${UNCHANGED_BECAUSE[outcome]}`);
  if (outcome !== 'promoted') throw new Failure(`the account of ${named} ${UNCHANGED_BECAUSE[outcome]}`);
  print(`${named} is an admin now; its API keys have ended, its sessions have not`);
  if (!account.email_verified_at)
    warn(
      `nobody has proven to read the mails of ${account.email}: make sure that the account is of whom you mean`,
    );
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new UsageError('there is no password on standard input');
}

async function askTwice(): Promise<string> {
  const password = await ask('Password: ');
  if (password !== (await ask('Once more: '))) throw new UsageError('the two passwords differ');
  return password;
}

/** Asks on the terminal without showing what is typed. */
function ask(question: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden, terminal: true });
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    terminal.once('line', resolve);
    terminal.once('SIGINT', () => reject(new Failure('cancelled')));
    terminal.once('close', () => reject(new Failure('cancelled')));
  })
    .then(String)
    .finally(() => {
      terminal.close();
      process.stderr.write('\n');
    });
}
