/** More than these are not named. */
const MAX = 1000;

const names = new Map<string, string>();

/** One name for each text, so that a connection parses and plans a statement once. Bounded, since texts may vary. */
export function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MAX) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return name;
}
