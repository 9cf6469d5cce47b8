import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app.ts';
t.test('smoke', async (t) => {
  const { client } = await testApp(t);
  const ada = await client.newUser();
  const me = await ada.get<User>('/auth/me');
  t.equal(me.body.email, ada.email);
  t.equal((await client.get('/auth/me')).status, 401);
  const admin = await client.asAdmin();
  t.equal((await admin.get('/users')).status, 200);
});
