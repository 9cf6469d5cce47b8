import t from 'tap';
import { normaliseTagName, tagSlug, tagSlugs } from '../../src/domains/tags/index.ts';
import { newId } from '../../src/platform/ids.ts';

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

t.test('the slug of a name is what people expect in an address', async (t) => {
  const expected = {
    TypeScript: 'typescript',
    'Web Development': 'web-development',
    'Node.js': 'node-js',
    résumé: 'resume',
    'Q&A': 'q-and-a',
    Ελλάδα: 'ellada',
    '#web': 'web',
  };
  for (const [name, slug] of Object.entries(expected)) t.equal(tagSlug(name), slug);
});

t.test('C, C++ and C# have slugs of their own', async (t) => {
  t.same(['C', 'C++', 'C#', 'F#'].map(tagSlug), ['c', 'c-plus-plus', 'c-sharp', 'f-sharp']);
});

t.test('every name has a slug, and the same one each time, even where ASCII cannot spell it', async (t) => {
  for (const name of ['漢字', 'हिन्दी', '😀', '!?', '-', '🦄'.repeat(50), 'щ'.repeat(50), 'x'.repeat(50)]) {
    t.match(tagSlug(name), SLUG, name);
    t.ok(tagSlug(name).length <= 80, name);
    t.equal(tagSlug(name), tagSlug(name));
  }
  t.not(tagSlug('漢字'), tagSlug('日本'));
});

t.test('the second slug of a tag is its own', async (t) => {
  const [preferred, other] = tagSlugs('Q&A', newId());
  t.equal(preferred, 'q-and-a');
  t.match(other, SLUG);
  t.ok(other.startsWith('q-and-a-'));
  t.not(other, tagSlugs('Q&A', newId())[1]);
});

t.test('a name is kept without needless blanks and with composed characters', async (t) => {
  t.equal(normaliseTagName('  Web \u00a0 Development '), 'Web Development');
  t.equal(normaliseTagName('re\u0301sume\u0301'), 'résumé');
  const long = '\u0958'.repeat(50);
  t.equal(normaliseTagName(long), long, 'and never gets longer');
});
