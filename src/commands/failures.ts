/** Wrong usage: a flag, an argument, a folder or a setting. Ends the command with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command failed for a reason that its message explains. Ends the command with status 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** A failure as it is reported: the line on standard error and the exit status. */
export interface FailureDescription {
  line: string;
  status: 1 | 2;
}

const oneLine = (text: string) => text.trim().replace(/\s*\n\s*/g, ' ');

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

const DATABASE: Record<string, string> = {
  '28P01': 'the database refuses the password of DATABASE_URL',
  '28000': 'the database refuses the user of DATABASE_URL',
  '3D000': 'there is no database of the name in DATABASE_URL; create it first',
  '42P01': 'the database has not been prepared; run `imprint migrate up`',
  '42703': 'the database has not been migrated for this version; run `imprint migrate up`',
  '53300': 'the database takes no more connections',
  '55P03': 'another transaction in the database holds a lock for too long',
  '57014': 'the database took too long for this',
  '42501': 'the user of DATABASE_URL may not do this in the database',
};

async function describeDatabaseFailure(error: Error): Promise<FailureDescription | undefined> {
  const code = codeOf(error);
  const known = DATABASE[code];
  if (known) return { line: `${known} (${oneLine(error.message)})`, status: 1 };
  const { isUnreachable } = await import('../platform/database/errors.ts');
  if (!isUnreachable(error)) return undefined;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const reason = first instanceof Error ? first.message : code;
  return { line: `the database cannot be reached (${oneLine(reason)})`, status: 1 };
}

/** Describes an error that a command threw. */
export async function describeFailure(error: unknown): Promise<FailureDescription> {
  if (!(error instanceof Error)) return { line: oneLine(String(error)), status: 1 };
  if (error instanceof UsageError) return { line: error.message, status: 2 };
  if (error instanceof Failure) {
    const because = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return { line: oneLine(error.message + because), status: 1 };
  }
  if (codeOf(error).startsWith('commander.'))
    return { line: oneLine(error.message.replace(/^error: /, '')), status: 2 };

  // By name, so that commands without settings do not load its module.
  if (error.name === 'ConfigError' && 'problems' in error && Array.isArray(error.problems)) {
    const [first, ...others] = error.problems;
    return { line: others.length === 0 ? String(first) : error.message, status: 2 };
  }
  if (['DatabaseLockedError', 'MigrationError', 'UnfitRoleError'].includes(error.name))
    return { line: oneLine(error.message), status: 1 };

  const cause = error.cause instanceof Error ? error.cause : undefined;
  const ending = (await describeDatabaseFailure(error)) ?? (cause && (await describeDatabaseFailure(cause)));
  if (ending) return ending;
  const reason = cause ? `${error.message}: ${cause.message}` : error.message;
  return { line: oneLine(reason) || error.name, status: 1 };
}

/**
 * Prints on standard error why a command failed.
 *
 * @param options.stack show where it happened as well
 * @returns the exit status
 */
export async function report(error: unknown, options: { stack: boolean }): Promise<1 | 2> {
  const { line, status } = await describeFailure(error);
  process.stderr.write(`imprint: ${line}\n`);
  if (options.stack && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return status;
}
