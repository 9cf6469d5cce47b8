/** Names that are no settings, and the settings that may be meant by them. */

/** Capitals and digits alone: `database-url` and `DATABASE_URL` are the same to somebody who errs. */
const plain = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '');

/**
 * How many letters have to be put in, left out, replaced or swapped with their neighbour to turn one name into another
 * (optimal string alignment).
 */
function distance(one: string, other: string): number {
  let [before, above]: number[][] = [[], Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const [letter, facing] = [one[row - 1], other[column - 1]];
      const [left = 0, up = 0, diagonal = 0] = [line[column - 1], above?.[column], above?.[column - 1]];
      let least = Math.min(left + 1, up + 1, diagonal + (letter === facing ? 0 : 1));
      const isSwapped = letter === other[column - 2] && one[row - 2] === facing;
      if (row > 1 && column > 1 && isSwapped) least = Math.min(least, (before?.[column - 2] ?? 0) + 1);
      line.push(least);
    }
    [before, above] = [above ?? [], line];
  }
  return above?.[other.length] ?? 0;
}

/** How far a name may be from a setting's: short ones are near to many words that mean something else. */
const tolerance = (letters: number): number => (letters < 6 ? 0 : letters < 9 ? 1 : 2);

/** The longest name that is looked at; no setting's is near to a longer one. */
const LONGEST_NAME = 60;

/** The setting that a name is probably a slip of the pen for; undefined where it is like none. */
export function settingMeantBy(name: string, settings: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const given = plain(name);
  const found = settings
    .map((setting) => ({
      setting,
      far: distance(given, plain(setting)),
      room: tolerance(plain(setting).length),
    }))
    .filter(({ far, room }) => far <= room)
    .toSorted((one, other) => one.far - other.far);
  return found[0]?.setting;
}
