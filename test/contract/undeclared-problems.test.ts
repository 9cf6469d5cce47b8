import t from 'tap';
import { appOnPaper } from '../../src/contract.ts';
import type { Operation } from '../../src/http/contract/operations.ts';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { problemsByOperation } from '../support/source/thrown.ts';

/**
 * An operation that comes to a problem which it does not declare answers with 500. So whatever its code refers to, over
 * all files, has to be declared by it or by a concern of it.
 */

/** What the source refers to and cannot happen, by operation and code, each with the reason. */
const IMPOSSIBLE: Record<string, string> = {
  'exportPersonalData forbidden': 'the role that is asked for again is that of any account',
  'refreshTokens account_disabled':
    'of the service of sessions it calls only what refreshes, which checks no password',
  'refreshTokens invalid_credentials':
    'of the service of sessions it calls only what refreshes, which checks no password',
  'registerUser insufficient_scope': 'who registers has no account yet, so no rights are checked again',
  'registerUser invalid_token': 'who registers has no account yet, so no rights are checked again',
  'requestEmailVerification invalid_mail_token': 'of the service of mails it calls only what sends one',
  'requestEmailVerification weak_password': 'of the service of mails it calls only what sends one',
  'updateCurrentUser email_taken': 'its body has no address',
  'updateCurrentUser forbidden': 'its body has nothing that only an admin may set',
  'updateCurrentUser last_admin': 'its body has no role',
  'updateCurrentUser recent_sign_in_required': 'its body has neither a role nor an address',
  'updateCurrentUser user_not_found':
    'who is erased meanwhile has no valid token any more, which is looked at first',
  'verifyEmail weak_password': 'of the service of mails it calls only what verifies, which sets no password',
};

const app = await appOnPaper();
t.teardown(() => app.close());
const thrown = problemsByOperation();

const codes = new Map<string, string>();
for (const key of new Set([...thrown.values()].flatMap((keys) => [...keys]))) {
  const [file = '', name = ''] = key.split('#');
  const module = propertiesOf(await import(`../../${file}`));
  codes.set(key, String(Reflect.get(Object(module[name]), 'code')));
}

const undeclaredOf = ({ id, contribution }: Operation): string[] => {
  const declared = new Set([...contribution.problems].map(({ code }) => code));
  return [...(thrown.get(id) ?? [])]
    .flatMap((key) => codes.get(key) ?? [])
    .filter((code) => !declared.has(code))
    .map((code) => `${id} ${code}`);
};

t.test('every operation was found in the source, with what its services can come to', async (t) => {
  t.same([...thrown.keys()].sort(), app.operations.all.map(({ id }) => id).sort());
  for (const [id, code] of [
    ['updateCurrentUser', 'username_taken'], // in a file of another domain
    ['restorePostRevision', 'markdown_too_complex'], // by way of three files
    ['listPosts', 'invalid_cursor'], // in a concern
  ] as const)
    t.ok(
      [...(thrown.get(id) ?? [])].some((key) => codes.get(key) === code),
      `${id} ${code}`,
    );
});

t.test('whatever problem an operation can come to is declared', async (t) => {
  t.same(app.operations.all.flatMap(undeclaredOf).sort(), Object.keys(IMPOSSIBLE).sort());
});
