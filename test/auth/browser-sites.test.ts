import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { PASSWORD } from '../support/client/client.ts';

/** From where the cookie of a browser's session may come. */

const OURS = 'https://www.imprint.example';
const PARTNER = 'https://partner.example';
const { client } = await testApp(t, {
  config: {
    CORS_ORIGINS: [OURS],
    PARTNER_CORS_ORIGINS: [PARTNER],
    PUBLIC_URL: 'https://blog.example.net',
  },
});

const CHANGE = { full_name: 'Changed' };

t.test('a change with the cookie must come from a page of the service', async (t) => {
  const { cookie } = await client.signIn(await client.newUser());
  const bare = client.as();
  const change = (headers: Record<string, string>) =>
    bare.patch('/auth/me', CHANGE, { headers: { cookie: `__Host-sid=${cookie}`, ...headers } });

  const allowed: Record<string, string>[] = [
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: OURS },
    { origin: OURS, 'sec-fetch-site': 'same-site' },
    { origin: 'https://blog.example.net' },
  ];
  for (const headers of allowed) t.equal((await change(headers)).status, 200, JSON.stringify(headers));

  const refused: Record<string, string>[] = [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'null' },
    { origin: PARTNER },
    { origin: `${OURS}.evil.example` },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { referer: `${OURS}/page` },
  ];
  for (const headers of refused) {
    const { status, body } = await change(headers);
    t.equal(status, 403, JSON.stringify(headers));
    t.equal(body.code, 'cross_site_request');
  }
  const read = await bare.get('/auth/me', { headers: { cookie: `__Host-sid=${cookie}` } });
  t.equal(read.status, 200, 'reading is for CORS to allow');
});

t.test('a form on another site cannot act with the cookie, whatever its content type', async (t) => {
  const { cookie } = await client.signIn(await client.newUser());
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
    const { status } = await client.as().request('POST', '/auth/logout', {
      raw: 'a=b',
      headers: {
        cookie: `__Host-sid=${cookie}`,
        'content-type': type,
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      },
    });
    t.equal(status, 403, type);
  }
  t.equal((await client.inBrowser(cookie).get('/auth/me')).status, 200);
});

t.test('no other site signs a browser in', async (t) => {
  const { email } = await client.newUser();
  const foreign: Record<string, string>[] = [
    {},
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) {
    const answer = await client
      .as()
      .post('/auth/browser-session', { email, password: PASSWORD }, { headers });
    t.equal(answer.status, 403);
    t.equal(answer.body.code, 'cross_site_request');
    t.notOk(answer.headers['set-cookie']);
  }
});

t.test('a page of an allowed origin on another site is told that the cookie would not be kept', async (t) => {
  const { email } = await client.newUser();
  const headers = { origin: OURS, 'sec-fetch-site': 'cross-site' };
  const { status, body } = await client
    .as()
    .post('/auth/browser-session', { email, password: PASSWORD }, { headers });
  t.equal(status, 403);
  t.match(body.detail, /same site/);
});

t.test('no link on another site makes a browser hand out what is written down', async (t) => {
  const browser = await client.signIn(await client.newUser());
  const answer = await browser.get('/auth/me/data', { headers: { 'sec-fetch-site': 'cross-site' } });
  t.equal(answer.status, 403);
  t.equal(answer.body.code, 'cross_site_request');
  t.equal((await browser.get('/auth/me/data')).status, 200);
});

t.test('pages of allowed origins may send the cookie, those of partners may not', async (t) => {
  const credentials = async (origin: string) => {
    const { headers } = await client.as().get('/posts', { headers: { origin } });
    t.equal(headers['access-control-allow-origin'], origin);
    return headers['access-control-allow-credentials'];
  };
  t.equal(await credentials(OURS), 'true');
  t.equal(await credentials(PARTNER), undefined);
});
