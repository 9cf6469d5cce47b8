import { join } from 'node:path';
import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { missing, run, SDK } from './run.ts';

/** The clients in Go, Java and PHP against a service that listens. */

const { app } = await testApp(t);
const address = await app.listen({ host: '127.0.0.1', port: 0 });
const walked = { status: 0, out: 'walked\n' };
// All at once: a test that is made after something was waited for would come too late.
const [noGo, noJava, noPhp] = await Promise.all([
  missing(['go', 'version']),
  missing(['javac', '--version']),
  missing(['php', '-r', 'curl_version();']),
]);

t.test('a program in Go signs in, writes, lists and changes', { skip: noGo }, async (t) => {
  t.same(await run(['go', 'run', '.', address], { GOFLAGS: '-mod=mod' }, 'go'), walked);
});

t.test('so does one in Java', { skip: noJava }, async (t) => {
  const classes = t.testdir({});
  const sources = ['Headers.java', 'Imprint.java'].map((name) => join(SDK, 'java/imprint', name));
  t.same(await run(['javac', '-encoding', 'UTF-8', '-d', classes, 'Walk.java', ...sources]), {
    status: 0,
    out: '',
  });
  t.same(await run(['java', '-Dfile.encoding=UTF-8', '-cp', classes, 'Walk', address]), walked);
});

t.test('and one in PHP', { skip: noPhp }, async (t) => {
  t.same(await run(['php', 'walk.php', address]), walked);
});
