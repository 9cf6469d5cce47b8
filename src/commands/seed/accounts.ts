/** The demo accounts, by the short names that posts and comments use. */
export const DEMO_ACCOUNTS = {
  admin: {
    email: 'admin@example.com',
    full_name: 'Demo Admin',
    bio: 'Keeps the house in order.',
    role: 'admin',
  },
  mara: {
    email: 'mara.lindqvist@example.com',
    full_name: 'Mara Lindqvist',
    bio: 'Edits, cuts, and moderates the comments.',
    role: 'moderator',
  },
  tomas: {
    email: 'tomas.ferreira@example.com',
    full_name: 'Tomás Ferreira',
    bio: 'Writes about interfaces and the people at both ends of them.',
    role: 'user',
  },
  ines: {
    email: 'ines.okonkwo@example.com',
    full_name: 'Ines Okonkwo',
    bio: 'Fifteen years of newsrooms, small and large.',
    role: 'user',
  },
  noor: {
    email: 'noor.haddad@example.com',
    full_name: 'Noor Haddad',
    bio: 'Reads everything, comments on some of it.',
    role: 'user',
  },
} as const;

export type DemoPerson = keyof typeof DEMO_ACCOUNTS;

export interface DemoComment {
  by: DemoPerson;
  body: string;
  /** Whether it is pending. */
  isPending?: boolean;
  /** Its replies. */
  answers?: readonly DemoComment[];
}

export interface DemoPost {
  slug: string;
  by: DemoPerson;
  title: string;
  summary: string;
  tags: readonly string[];
  /** Markdown. */
  body: string;
  /** How many days ago it was published; negative for the future. A post without it is a draft. */
  daysAgo?: number;
  comments?: readonly DemoComment[];
}
