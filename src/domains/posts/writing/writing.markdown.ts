import { type MarkdownRenderer, TaskTooComplexError } from '../../../platform/markdown/index.ts';
import { MarkdownTooComplex } from '../posts.problems.ts';

/** What is to be written, with the HTML of its text. */
export type Rendered<Input extends { body: string }> = Input & { body_html: string };

/**
 * Renders the text of what is to be written. To be called before the transaction: a long text takes a while.
 *
 * @throws {MarkdownTooComplex}
 * @throws {SlotsFullError} where too many texts wait to be rendered
 */
export async function rendered<Input extends { body: string }>(
  markdown: MarkdownRenderer,
  input: Input,
): Promise<Rendered<Input>> {
  try {
    return { ...input, body_html: await markdown.render(input.body) };
  } catch (error) {
    if (error instanceof TaskTooComplexError) {
      const detail = 'takes too long to be rendered';
      throw new MarkdownTooComplex(undefined, { errors: [{ pointer: '/body', code: 'invalid', detail }] });
    }
    throw error;
  }
}
