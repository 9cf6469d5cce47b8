import { memoised } from '../../platform/memoised.ts';

const COMMONEST = 3_000;

/** The commonest passwords of eight characters and more, from the frequency lists of zxcvbn; loaded at the first use. */
const commonest = memoised(async (): Promise<Set<string>> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const passwords: readonly (string | number)[] = dictionary['passwords-common'];
  return new Set(
    passwords
      .map(String)
      .filter((password) => password.length >= 8)
      .slice(0, COMMONEST),
  );
});

/** Whether a password is among the commonest, ignoring case. */
export async function isCommonPassword(password: string): Promise<boolean> {
  return (await commonest()).has(password.toLowerCase());
}
