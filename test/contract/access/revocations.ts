import type { TokenPair } from '../../../src/domains/auth/tokens/tokens.schemas.ts';
import { type Answer, type Client, PASSWORD } from '../../support/client/client.ts';
import { type AccessSetup, currentSession } from './setup.ts';

/** What may happen to an account that is in use, and what it is known by from then on. */

export const WAYS = ['token', 'cookie', 'key'] as const;
export type Way = (typeof WAYS)[number];

export interface Event {
  name: string;
  ends: readonly Way[];
  /** The role of the account afterwards, where that is another. */
  role?: 'user' | 'moderator';
  happen(setup: AccessSetup): Promise<unknown>;
}

function done<T>(answer: Answer<T>): T {
  if (answer.status >= 400) throw new Error(`nothing happened: ${answer.text}`);
  return answer.body;
}

const set = async ({ admin, owner }: AccessSetup, change: object) =>
  done(await admin.patch(`/users/${owner.user.id}`, change));

const remove = async ({ admin, owner }: AccessSetup) => done(await admin.delete(`/users/${owner.user.id}`));

const changePassword = async (by: Client) =>
  done(await by.put('/auth/password', { current_password: PASSWORD, new_password: PASSWORD }));

const refresh = ({ owner }: AccessSetup, refresh_token: string) =>
  owner.as().post<TokenPair>('/auth/refresh', { refresh_token });

export const EVENTS: Event[] = [
  { name: 'the account is disabled', ends: WAYS, happen: (setup) => set(setup, { is_active: false }) },
  {
    name: 'the account is disabled and enabled again',
    ends: WAYS,
    async happen(setup) {
      await set(setup, { is_active: false });
      await set(setup, { is_active: true });
    },
  },
  { name: 'the account is deleted', ends: WAYS, happen: remove },
  {
    name: 'the account is deleted and restored',
    ends: WAYS,
    async happen(setup) {
      await remove(setup);
      done(await setup.admin.post(`/users/${setup.owner.user.id}/restore`));
    },
  },
  {
    name: 'the account erases itself',
    ends: WAYS,
    happen: async ({ owner }) => done(await owner.delete('/auth/me')),
  },
  {
    name: 'the role is lost',
    ends: [],
    role: 'user',
    happen: (setup) => set(setup, { role: 'user' }),
  },
  {
    name: 'the role is another',
    ends: [],
    role: 'moderator',
    happen: (setup) => set(setup, { role: 'moderator' }),
  },
  {
    name: 'the password is changed with a token',
    ends: ['cookie', 'key'],
    happen: ({ owner }) => changePassword(owner),
  },
  {
    name: 'the password is changed in a browser',
    ends: ['token', 'key'],
    happen: ({ reach }) => changePassword(reach.cookie),
  },
  {
    name: 'the password is reset by mail',
    ends: WAYS,
    async happen({ owner, secrets }) {
      const reset = { token: secrets.reset_password, new_password: PASSWORD };
      done(await owner.as().post('/auth/password/reset', reset));
    },
  },
  {
    name: 'the owner signs out',
    ends: ['token'],
    happen: async ({ owner }) => done(await owner.post('/auth/logout')),
  },
  {
    name: 'the browser signs out',
    ends: ['cookie'],
    happen: async ({ reach }) => done(await reach.cookie.delete('/auth/browser-session')),
  },
  {
    name: 'the key is revoked',
    ends: ['key'],
    happen: async ({ owner, params }) => done(await owner.delete(`/api-keys/${params.open.api_key_id}`)),
  },
  {
    name: 'a session is ended from another',
    ends: ['token'],
    async happen({ owner, reach }) {
      done(await reach.cookie.delete(`/auth/sessions/${await currentSession(owner)}`));
    },
  },
  {
    name: 'all other sessions are ended',
    ends: ['cookie'],
    happen: async ({ owner }) => done(await owner.delete('/auth/sessions')),
  },
  {
    name: 'a refresh token that was replaced long ago is presented',
    ends: ['token'],
    async happen(setup) {
      const first = setup.secrets.refresh_token;
      const second = done(await refresh(setup, first)).refresh_token;
      done(await refresh(setup, second));
      const { status } = await refresh(setup, first);
      if (status !== 401) throw new Error(`it was answered with ${status}`);
    },
  },
];
