import { memoised } from '../../../platform/memoised.ts';

/** Loaded for the first post that is written: neither a start nor a read needs it. */
const renderer = memoised(() => import('../../../platform/markdown.ts'));

export async function render(body: string): Promise<string> {
  const { renderMarkdown } = await renderer();
  return renderMarkdown(body);
}
