import { readdir, readFile } from 'node:fs/promises';
import t from 'tap';
import { readMail } from '../support/doubles/mails.ts';
import { ask, serve, temporaryFolder } from './imprint.ts';

t.test('a process that is told to end sends the mails it still has, and logs where they are', async (t) => {
  const DATA_DIR = await temporaryFolder();
  const service = await serve([], { APP_ENV: 'test', LOG_LEVEL: 'info', DATA_DIR });
  const [email, password] = ['ada@example.com', 'correct horse battery staple'];
  const api = `${service.url}/api/v1/auth`;
  t.equal((await ask(`${api}/register`, { body: { email, password } })).status, 201);
  const forgot = await fetch(`${api}/password/forgot`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  });
  t.equal(forgot.status, 202);
  service.kill('SIGTERM');
  const { status, stdout } = await service.ended;
  t.equal(status, 0);

  const folder = `${DATA_DIR}/mail`;
  const names = (await readdir(folder)).sort();
  const mails = await Promise.all(names.map(async (name) => readMail(await readFile(`${folder}/${name}`))));
  t.equal(mails.length, 2);
  for (const [index, { to, link, token }] of mails.entries()) {
    t.equal(to, email);
    t.ok(link?.startsWith(`${service.url}/`), 'without PUBLIC_URL links lead to the address listened on');
    t.ok(stdout.includes(`${folder}/${names[index]}`), 'the log names the file');
    t.notOk(stdout.includes(token ?? ''), 'and not the token in it');
  }
  t.notMatch(stdout, /imp_mt_/);
});
