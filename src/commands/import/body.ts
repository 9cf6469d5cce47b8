import { plainText, renderMarkdown } from '../../platform/markdown/render.ts';

const ESM =
  /^(?:import\s+(?:['"{*]|type\s|[\w$]+\s*(?:,|\bfrom\b))|export\s+(?:const|let|var|default|function|async|class|type|\{|\*))/;
const METADATA = /^export\s+const\s+(?:metadata|meta|frontmatter)\s*(?::[^=]*)?=\s*(\{[\s\S]*\})\s*;?\s*$/i;
/** A title has at most 200 characters; it bounds the patterns below. */
const MAX_HEADING = 1000;

/**
 * Drops the imports and exports at the top of an MDX file, each up to where its brackets close.
 * `metadata` is the object in `export const metadata = {…}`, which Next sites have instead of front matter.
 */
export function stripEsm(body: string): { body: string; metadata: string | undefined } {
  const lines = body.split('\n');
  let metadata: string | undefined;
  let start = 0;
  for (let next = 0; next < lines.length; ) {
    if (lines[next]?.trim() === '') {
      next += 1;
      continue;
    }
    if (!ESM.test(lines[next] ?? '')) break;
    let end = next;
    for (let depth = 0; end === next || (depth > 0 && end < lines.length); end += 1) {
      depth += bracketDepth(lines[end] ?? '');
      // Brackets that never close: keep the code in the post rather than lose the text.
      if (depth > 0 && end === lines.length - 1) return { body: lines.slice(start).join('\n'), metadata };
    }
    metadata ??= METADATA.exec(lines.slice(next, end).join('\n'))?.[1];
    next = end;
    start = end;
  }
  return { body: lines.slice(start).join('\n'), metadata };
}

function bracketDepth(line: string): number {
  const code = line.replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '');
  return (code.match(/[({[]/g)?.length ?? 0) - (code.match(/[)}\]]/g)?.length ?? 0);
}

/** The first `# heading` of a body as plain text, and what remains when it is taken out, if it stands at the top. */
export type Heading = { text: string; bodyWithout: string | undefined };

/** Finds the first heading of level one outside code: `# Title`, or a line above `=====`. */
export function findHeading(body: string): Heading | undefined {
  const lines = body.split('\n');
  let fence: string | undefined;
  for (const [index, line] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
    }
    if (fence !== undefined) continue;
    const underlined = /^ {0,3}=+\s*$/.test(lines[index + 1] ?? '') && /^ {0,3}[^\s#>-]/.test(line);
    if (!underlined && !/^ {0,3}#\s/.test(line)) continue;
    const source = line
      .slice(0, MAX_HEADING)
      .trim()
      .replace(/^#\s+/, '')
      .replace(/\s+(?:\{[#.][^{}]*\}|#+)$/, '');
    const isAtTop = lines.slice(0, index).every((before) => before.trim() === '');
    const rest = lines.slice(index + (underlined ? 2 : 1)).join('\n');
    return { text: plainText(renderMarkdown(source)), bodyWithout: isAtTop ? rest : undefined };
  }
  return undefined;
}

/** Whether two titles have the same letters and digits, regardless of case, spaces and punctuation. */
export function isSameTitle(one: string, other: string): boolean {
  const [a, b] = [one, other].map((title) => title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
  return a !== '' && a === b;
}
