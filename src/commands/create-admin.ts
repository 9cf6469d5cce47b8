import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { commandActor, print, settings, withDatabase } from './context.ts';
import { Failure, UsageError } from './failures.ts';

/** `imprint create-admin EMAIL` */
export async function createAdmin(email: string): Promise<void> {
  settings();
  const { acceptAccount, createAccount, newPassword, userFields, WeakPassword } = await import(
    '../domains/users/index.ts'
  );
  const { maxLength = 254, pattern = '' } = userFields.email('');
  if (email.length > maxLength || !new RegExp(pattern, 'u').test(email))
    throw new UsageError(`"${email}" is not an e-mail address`);

  const password = process.stdin.isTTY ? await askTwice() : await firstLine();
  const { minLength = 8, maxLength: longest = 128 } = newPassword;
  const length = [...password].length;
  if (length < minLength || length > longest)
    throw new UsageError(`the password must have between ${minLength} and ${longest} characters`);

  const { Audit } = await import('../platform/audit/index.ts');
  const audit = new Audit(commandActor('create-admin'), { action: 'createAdmin', type: 'user' });
  const account = await withDatabase(
    async ({ db }) => {
      try {
        const account = await acceptAccount({ email, password, role: 'admin' as const });
        return await createAccount(db, account, audit);
      } catch (error) {
        throw error instanceof WeakPassword ? new UsageError('the password is one of the commonest') : error;
      }
    },
    { prepared: true },
  );
  print(`${account.email} is an admin now (username ${account.username})`);
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
