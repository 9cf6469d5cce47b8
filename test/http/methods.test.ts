import { METHODS } from 'node:http';
import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { exchange } from '../support/client/exchange.ts';

/** Every method that Node reads, with and without a body, to addresses that exist and others. */

const { app } = await testApp(t);
const address = await app.listen({ host: '127.0.0.1', port: 0 });
t.teardown(() => app.server.closeAllConnections());

const PATHS = ['/api/v1/posts', '/api/v1/auth/login', '/health', '/nowhere'];

const CONTENTS: { type?: string; body?: string }[] = [
  {},
  { type: 'application/json' },
  { type: 'application/json', body: '{}' },
  { type: 'application/json', body: '{' },
  { type: 'no type', body: '{}' },
  { type: 'text/plain', body: 'text' },
  { body: '{}' },
];

/** What a method that an address does not have is answered with; undefined where it has the method. */
function refusalOf(method: string, path: string): { status: number; code?: string } | undefined {
  if (method === 'OPTIONS') return { status: 204 };
  const methods = app.operations.methodsOf(path);
  if (method === 'CONNECT' || (methods.length > 0 && !methods.includes(method)))
    return { status: 405, code: 'method_not_allowed' };
  return methods.length === 0 ? { status: 404, code: 'route_not_found' } : undefined;
}

for (const path of PATHS)
  t.test(`no method is a fault of the service: ${path}`, async (t) => {
    for (const method of METHODS) {
      const answers = CONTENTS.map(async ({ type, body = '' }) => {
        const lines = [
          `${method} ${path} HTTP/1.1`,
          'Host: a',
          'Connection: close',
          ...(type === undefined ? [] : [`Content-Type: ${type}`]),
          ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
        ];
        const answer = await exchange(address, `${lines.join('\r\n')}\r\n\r\n${body}`);
        const { status, code } = refusalOf(method, path) ?? {};
        const title = `${lines.join(', ')}: ${body}`;
        t.ok(answer.status >= 200 && answer.status < 500, `${title}: ${answer.status}`);
        if (status !== undefined) t.equal(answer.status, status, title);
        if (status === 405) t.match(answer.head, /\r\nallow:/i, title);
        if (code !== undefined && method !== 'HEAD') t.match(JSON.parse(answer.body), { code }, title);
      });
      await Promise.all(answers);
    }
  });
