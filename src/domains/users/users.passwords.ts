import { memoised } from '../../platform/memoised.ts';

/** Longer passwords, in UTF-16 units, are in no list of those who guess. */
const MAX_GUESSED = 64;
/** So many of the first units are looked at, which bounds a check at a few milliseconds of processor time. */
const MAX_EXAMINED = 32;
/** Guesses that a password must withstand: fewer where it is made of nothing that is known. */
const MIN_GUESSES = { known: 1e9, unknown: 1e8 };
/** Shorter parts of names and addresses are in too many words. */
const MIN_PART = 3;
const MAX_PARTS = 20;
const SERVICE = 'imprint';

/** What is known of an account, so that guesses will begin with it. */
export interface KnownOfAccount {
  email?: string | undefined;
  username?: string | undefined;
  full_name?: string | null | undefined;
}

/** The estimator zxcvbn with the commonest passwords and the usual keyboards; loaded for the first new password. */
const estimator = memoised(async () => {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs: graphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs, maxLength: MAX_EXAMINED, l33tMaxSubstitutions: 8 });
});

/** The keys of a keyboard from the top left to the bottom right, and what they write in other scripts. */
const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const OTHER_KEYS = [
  'йцукенгшщзхъфывапролджэячсмитьбю',
  ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,.",
  "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ",
  'ضصثقفغعهخحجدشسيبلاتنمكطئءؤرىةوزظ',
];
const latinKeys = new Map(
  OTHER_KEYS.flatMap((keys) =>
    [...keys].map((key, index) => [key, LATIN_KEYS.charAt(index)] as const),
  ).filter(([key]) => key > '\x7f'),
);

/** Without repeated characters, where most of them are repeated. */
function withoutRepetition(text: string): string {
  const short = text.replace(/(.)\1+/gu, '$1');
  return short.length <= text.length / 2 ? short : text;
}

/** Without accents and other marks. */
const withoutMarks = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFC');

/** What may stand between the letters of a word that is known: spaces, punctuation and symbols. */
const SEPARATORS = /[\s\p{P}\p{S}]+/gu;

/** Whether a text is in parts of one or two characters, and so may be a word with separators in it. */
function isSpelled(text: string): boolean {
  const parts = text.split(SEPARATORS).filter((part) => part !== '');
  return parts.length > 2 && parts.join('').length <= 2 * parts.length;
}

/**
 * A password and what it is a variant of: without marks, by its keys on a Latin keyboard, without repetition, and without
 * what is known of the account, which adds nothing.
 */
function variantsOf(password: string, known: readonly string[]): Set<string> {
  const text = password.slice(0, MAX_EXAMINED).normalize('NFKC').toLowerCase();
  const unmarked = withoutMarks(text);
  const forms = [text, unmarked];
  const keys = [...text].map((key) => latinKeys.get(key) ?? key).join('');
  const unknown = forms.map((form) => known.reduce((left, part) => left.replaceAll(part, ''), form));
  return new Set([...forms, ...unknown, keys, withoutRepetition(text)]);
}

/** The name of the service, and the names and the address of an account with their parts, the longest first. */
function guessesFrom({ email = '', username = '', full_name }: KnownOfAccount): string[] {
  const names = [SERVICE, email, ...email.split('@'), username, full_name ?? '']
    .map((name) => name.normalize('NFKC').toLowerCase())
    .flatMap((name) => [name, withoutMarks(name)]);
  const parts = names.flatMap((name) => {
    const words = name.split(/[^\p{L}\p{N}]+/u);
    return [name, words.join(''), ...words];
  });
  const usable = [...new Set(parts)].filter(({ length }) => length >= MIN_PART);
  return usable.sort((one, other) => other.length - one.length).slice(0, MAX_PARTS);
}

/**
 * Whether a password would soon be guessed: it is one of the commonest or little more than a common word, a name, a date,
 * a sequence, a pattern on the keyboard, or what is known of the account.
 */
export async function isWeakPassword(password: string, known: KnownOfAccount): Promise<boolean> {
  if (password.length > MAX_GUESSED) return false;
  const zxcvbn = await estimator();
  const inputs = guessesFrom(known);
  const looksWeak = (variant: string, least: number) => {
    const { guesses, sequence } = zxcvbn.check(variant, inputs);
    const isUnknown = sequence.every(({ pattern }) => pattern === 'bruteforce');
    return guesses < (isUnknown ? least : MIN_GUESSES.known);
  };
  const variants = variantsOf(password, inputs);
  for (const variant of variants) if (looksWeak(variant, MIN_GUESSES.unknown)) return true;
  // Separators between letters count for what is unknown, and do not hide a word that is known.
  return [...variants].some((variant) => isSpelled(variant) && looksWeak(variant.replace(SEPARATORS, ''), 0));
}
