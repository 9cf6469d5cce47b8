import { createProgram } from './program.ts';

/**
 * Runs the command that the arguments name and sets the exit status: 0 for success, 1 for a failure, 2 for
 * wrong usage. A failure is one line on standard error.
 *
 * @param args the arguments after the name of the program
 */
export async function run(args: string[]): Promise<void> {
  // A reader may close the pipe early (`imprint routes | head`); that is no failure.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const program = createProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = await end(error);
  }
}

/** The codes of commander's errors that only end the program after it has printed help or the version. */
const PRINTED = new Set(['commander.helpDisplayed', 'commander.version']);

async function end(error: unknown): Promise<number> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && PRINTED.has(code)) return 0;
  if (code === 'commander.help') return 2; // no command was named, and the help has been printed
  const { report } = await import('./failures.ts');
  const { isDebugging } = await import('./context.ts');
  return report(error, { stack: isDebugging() });
}
