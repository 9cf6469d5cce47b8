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
  /** What it is about, as the service itself names it; empty where nothing in particular is. */
  about: string;
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

/** The mails that tell the owner of an account what has happened to it; they lead nowhere. */
export const NOTICE_KINDS = [
  'email_changed',
  'password_changed',
  'session_reuse',
  'api_key_created',
  'account_deleted',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The mails that are sent, by what they are about. */
export const MAIL_KINDS = ['reset_password', 'verify_email', ...NOTICE_KINDS] as const;
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
    password_changed: ({ site }) => ({
      subject: `Your password for ${site} was changed`,
      before: [
        'Hello,',
        `the password of the account with this address at ${site} has just been changed. Whoever was signed in elsewhere has to sign in again, and API keys have ended: programs that use one need a new one.`,
      ],
      after: [
        'If it was you, there is nothing to do. If it was not, ask for a new password at once: only who reads these mails can set one that way.',
      ],
    }),
    session_reuse: ({ site }) => ({
      subject: `A device was signed out of ${site}`,
      before: [
        'Hello,',
        `an old refresh token of the account with this address at ${site} was used again. Somebody else may have a copy of it, so that session was ended: the device or program it belonged to has to sign in again.`,
      ],
      after: [
        'It can happen by mistake, for instance when a device is restored from a backup. If it was not you, change your password, which also ends every other session.',
      ],
    }),
    api_key_created: ({ site, about }) => ({
      subject: `A new API key for ${site}`,
      before: [
        'Hello,',
        `an API key was made for the account with this address at ${site}: ${about}. Whoever has it can act for the account, as far as these scopes go.`,
      ],
      after: ['If it was not you, change your password: that ends every API key and every other session.'],
    }),
    account_deleted: ({ site }) => ({
      subject: `Your account at ${site} was deleted`,
      before: [
        'Hello,',
        `the account with this address at ${site} was deleted, by somebody who was signed in with it, and what it said of you was erased. That cannot be undone. What was published there stays, under no name.`,
      ],
      after: ['If it was not you, please get in touch with the people who run the service.'],
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
    password_changed: ({ site }) => ({
      subject: `Ihr Passwort für ${site} wurde geändert`,
      before: [
        'Guten Tag,',
        `das Passwort des Kontos mit dieser Adresse bei ${site} wurde gerade geändert. Wer anderswo angemeldet war, muss sich dort neu anmelden, und API-Schlüssel gelten nicht mehr: Programme, die einen verwenden, brauchen einen neuen.`,
      ],
      after: [
        'Wenn Sie das waren, brauchen Sie nichts zu tun. Wenn nicht, fordern Sie sofort ein neues Passwort an: Auf diesem Weg kann es nur festlegen, wer diese Mails liest.',
      ],
    }),
    session_reuse: ({ site }) => ({
      subject: `Ein Gerät wurde bei ${site} abgemeldet`,
      before: [
        'Guten Tag,',
        `ein altes Refresh-Token des Kontos mit dieser Adresse bei ${site} wurde noch einmal verwendet. Vielleicht hat jemand anderes eine Kopie davon, deshalb wurde diese Sitzung beendet: Das Gerät oder Programm, zu dem sie gehörte, muss sich neu anmelden.`,
      ],
      after: [
        'Das kann aus Versehen geschehen, etwa wenn ein Gerät aus einer Sicherung wiederhergestellt wird. Wenn Sie das nicht waren, ändern Sie Ihr Passwort; das beendet auch alle anderen Sitzungen.',
      ],
    }),
    api_key_created: ({ site, about }) => ({
      subject: `Ein neuer API-Schlüssel für ${site}`,
      before: [
        'Guten Tag,',
        `für das Konto mit dieser Adresse bei ${site} wurde ein API-Schlüssel angelegt: ${about}. Wer ihn hat, kann im Namen des Kontos handeln, so weit diese Rechte (Scopes) reichen.`,
      ],
      after: [
        'Wenn Sie das nicht waren, ändern Sie Ihr Passwort: Das beendet alle API-Schlüssel und alle anderen Sitzungen.',
      ],
    }),
    account_deleted: ({ site }) => ({
      subject: `Ihr Konto bei ${site} wurde gelöscht`,
      before: [
        'Guten Tag,',
        `das Konto mit dieser Adresse bei ${site} wurde gelöscht, von jemandem, der damit angemeldet war; die Angaben zu Ihrer Person sind entfernt. Das lässt sich nicht rückgängig machen. Veröffentlichtes bleibt ohne Namen stehen.`,
      ],
      after: ['Wenn Sie das nicht waren, wenden Sie sich bitte an die Betreiber des Dienstes.'],
    }),
  },
};
