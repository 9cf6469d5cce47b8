import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { readPostFile } from '../../src/commands/import/read-post.ts';
import { walk } from '../../src/commands/import/walk.ts';

async function write(root: string, files: Record<string, string | Uint8Array>) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

t.test('every Markdown file at any depth comes, always in the same order', async (t) => {
  const root = t.testdir();
  const names = [
    'b.md',
    'a/z.mdx',
    'a/b/c/d/e.md',
    'A.MD',
    'a.md',
    'c.markdown',
    'a/x.txt',
    '.git/x.md',
    'a/.x.md',
  ];
  await write(
    root,
    Object.fromEntries([...names, 'a/node_modules/x/README.md', 'md'].map((name) => [name, ''])),
  );
  const found = await Array.fromAsync(walk(root));
  t.strictSame(
    found.map(({ path }) => path),
    ['A.MD', 'a/b/c/d/e.md', 'a/z.mdx', 'a.md', 'b.md', 'c.markdown'],
  );
});

t.test('symbolic links are not followed, neither out of the tree nor in circles', async (t) => {
  const root = t.testdir({ in: { 'a.md': '' }, out: { 'secret.md': '' } });
  await symlink(join(root, 'out'), join(root, 'in/out'));
  await symlink(join(root, 'out/secret.md'), join(root, 'in/secret.md'));
  await symlink(join(root, 'in'), join(root, 'in/again'));
  t.strictSame(await Array.fromAsync(walk(join(root, 'in'))), [{ ok: true, path: 'a.md' }]);
});

t.test('a root that is not a folder is an error', async (t) => {
  await t.rejects(Array.fromAsync(walk(join(t.testdir(), 'nowhere'))), { code: 'ENOENT' });
  await t.rejects(Array.fromAsync(walk(join(t.testdir({ file: '' }), 'file'))), { code: 'ENOTDIR' });
});

t.test('a file is read as a post, or reported with the reason and the line', async (t) => {
  const root = t.testdir();
  await write(root, {
    'good.md': '\uFEFF---\ntitle: Good one\n---\nA body that is long enough.',
    'latin.md': Buffer.from('---\ntitle: x\n---\nCaf\xe9', 'latin1'),
    'broken.md': '---\ntitle: "x\n---\n',
    'huge.md': new Uint8Array(5 * 1024 * 1024 + 1),
  });
  t.match(await readPostFile(root, 'good.md'), { ok: true, post: { path: 'good.md', title: 'Good one' } });
  const failed = async (path: string, reason: RegExp) =>
    t.match(await readPostFile(root, path), { ok: false, path, reason, skipped: false });
  await failed('latin.md', /^line 4: the text is not UTF-8$/);
  await failed('broken.md', /^line \d: broken YAML/);
  await failed('huge.md', /^the file has 5242881 bytes/);
  await failed('gone.md', /^the file cannot be read: ENOENT/);
});
