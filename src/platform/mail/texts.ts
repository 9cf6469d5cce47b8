/** What is said in the mails, in every language there is. Nothing that a person entered is repeated in them. */

/** The languages of mails, the first where nothing else is known. */
export const LOCALES = ['en', 'de'] as const;
export type Locale = (typeof LOCALES)[number];

/** The language that a code such as that of `users.locale` names. */
export const localeOf = (code: string): Locale => LOCALES.find((one) => one === code) ?? LOCALES[0];

/** What a text may mention. */
export interface Facts {
  /** The name of the host that clients see. */
  site: string;
  /** How long the link works, in words; empty where there is none. */
  life: string;
}

export interface MailText {
  subject: string;
  /** The paragraphs before the link. */
  before: string[];
  /** What the link is called where it is a button; only mails with a link have it. */
  action?: string;
  /** The paragraphs after the link. */
  after: string[];
}

/** The mails that are sent, by what they are about. */
export const MAIL_KINDS = ['reset_password', 'verify_email', 'email_changed'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export const TEXTS: Record<Locale, Record<MailKind, (facts: Facts) => MailText>> = {
  en: {
    reset_password: ({ site, life }) => ({
      subject: `Set a new password for ${site}`,
      before: [
        'Hello,',
        `somebody, hopefully you, asked for a new password for the account with this address at ${site}. You can set it here:`,
      ],
      action: 'Set a new password',
      after: [
        `The link works once, and for ${life}. With a new password every device has to sign in again.`,
        'If it was not you, there is nothing to do: nothing has changed, and nobody else has got this link.',
      ],
    }),
    verify_email: ({ site, life }) => ({
      subject: `Confirm your address for ${site}`,
      before: ['Hello,', `please confirm that the account with this address at ${site} is yours:`],
      action: 'Confirm this address',
      after: [
        `The link works once, and for ${life}.`,
        'If you have no account there, somebody has mistyped their address: you can ignore this mail.',
      ],
    }),
    email_changed: ({ site }) => ({
      subject: `Your address for ${site} was changed`,
      before: [
        'Hello,',
        `an admin of ${site} has given the account that had this address another one. That one is for signing in from now on, and no more mails will come to this one.`,
      ],
      after: ['If you did not expect this, please get in touch with the people who run the service.'],
    }),
  },
  de: {
    reset_password: ({ site, life }) => ({
      subject: `Neues Passwort für ${site}`,
      before: [
        'Guten Tag,',
        `jemand, hoffentlich Sie, möchte ein neues Passwort für das Konto mit dieser Adresse bei ${site}. Hier können Sie es festlegen:`,
      ],
      action: 'Neues Passwort festlegen',
      after: [
        `Der Link gilt einmal und ${life} lang. Mit dem neuen Passwort muss sich jedes Gerät neu anmelden.`,
        'Wenn Sie das nicht waren, brauchen Sie nichts zu tun: Es hat sich nichts geändert, und niemand sonst hat diesen Link bekommen.',
      ],
    }),
    verify_email: ({ site, life }) => ({
      subject: `Bitte bestätigen Sie Ihre Adresse für ${site}`,
      before: [
        'Guten Tag,',
        `bitte bestätigen Sie, dass das Konto mit dieser Adresse bei ${site} Ihres ist:`,
      ],
      action: 'Adresse bestätigen',
      after: [
        `Der Link gilt einmal und ${life} lang.`,
        'Wenn Sie dort kein Konto haben, hat sich jemand bei der Adresse vertippt: Dann können Sie diese Mail ignorieren.',
      ],
    }),
    email_changed: ({ site }) => ({
      subject: `Ihre Adresse für ${site} wurde geändert`,
      before: [
        'Guten Tag,',
        `die Verwaltung von ${site} hat dem Konto, das diese Adresse hatte, eine andere gegeben. Ab jetzt gilt diese für die Anmeldung, und an die bisherige kommen keine Mails mehr.`,
      ],
      after: ['Wenn Sie das nicht erwartet haben, wenden Sie sich bitte an die Betreiber des Dienstes.'],
    }),
  },
};
