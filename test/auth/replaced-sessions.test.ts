import { sql } from 'kysely';
import t from 'tap';
import { lockUser, updateUser } from '../../src/domains/users/users.queries.ts';
import { hashPassword } from '../../src/platform/passwords.ts';
import { change, entriesOf } from '../audit/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { PASSWORD, type SignedIn } from '../support/client/client.ts';
import { isParallel, untilBlocked } from '../support/database/database.ts';

/** A browser that signs in again: its session before ends with the start of the new one, or not at all. */

const { client, db } = await testApp(t);
const admin = await client.asAdmin();
const skip = !isParallel && 'transactions run one after the other on the embedded engine';

const browserSessionsOf = async ({ user }: SignedIn) => {
  const sessions = db.selectFrom('sessions').select('id').where('kind', '=', 'browser');
  return (await sessions.where('user_id', '=', user.id).execute()).map(({ id }) => id);
};

t.test('the entry of a sign-in names the session that it replaces', async (t) => {
  const ada = await client.newUser();
  const first = await client.signIn(ada);
  t.match(await entriesOf(admin, first.answer), [{ action: 'createBrowserSession', changes: [] }]);
  const second = await client.signIn(ada, { cookie: first.cookie });
  const [before, after] = [first.answer.body.id, second.answer.body.id];
  t.match(await entriesOf(admin, second.answer), [
    { outcome: 'success', changes: [change('session', before, after)] },
  ]);
  t.same(await browserSessionsOf(ada), [after]);
});

t.test('one that has expired is replaced as well', async (t) => {
  const ada = await client.newUser();
  const first = await client.signIn(ada);
  await sql`update sessions set expires_at = now() - interval '1 second' where id = ${first.answer.body.id}`.execute(
    db,
  );
  const second = await client.signIn(ada, { cookie: first.cookie });
  t.same(await browserSessionsOf(ada), [second.answer.body.id]);
});

/** Signs in again in a browser, and changes the account meanwhile. */
async function overtaken(ada: SignedIn, cookie: string, password_hash: string) {
  const body = { email: ada.email, password: PASSWORD };
  const options = { headers: { 'sec-fetch-site': 'same-origin' } };
  const { answer } = await db.transaction().execute(async (tx) => {
    await lockUser(tx, ada.user.id);
    const answer = client.inBrowser(cookie).post<{ id: string }>('/auth/browser-session', body, options);
    await untilBlocked(tx);
    await updateUser(tx, ada.user.id, { password_hash });
    return { answer };
  });
  return answer;
}

t.test('a sign-in that is tried again names no session but the one that begins', { skip }, async (t) => {
  const ada = await client.newUser();
  const { answer: first, cookie } = await client.signIn(ada);
  const answer = await overtaken(ada, cookie, await hashPassword(PASSWORD));
  t.equal(answer.status, 201);
  const changes = [change('session', first.body.id, answer.body.id)];
  t.strictSame(
    (await entriesOf(admin, answer)).map((entry) => entry.changes),
    [changes],
  );
  t.same(await browserSessionsOf(ada), [answer.body.id]);
});

t.test('a sign-in that is refused in the end leaves the session before', { skip }, async (t) => {
  const ada = await client.newUser();
  const { answer: first, cookie } = await client.signIn(ada);
  const answer = await overtaken(ada, cookie, await hashPassword('quite another password'));
  t.equal(answer.status, 401);
  t.match(await entriesOf(admin, answer), [{ outcome: 'refused', changes: [] }]);
  t.same(await browserSessionsOf(ada), [first.body.id]);
});
