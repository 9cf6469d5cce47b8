import { createProgram } from './program.ts';

/**
 * Runs the command that the arguments name and sets the exit status: 0 done, 1 failed, 2 something that the caller wrote
 * cannot be used. A failure is one line on standard error.
 *
 * @param args the arguments after the name of the program
 */
export async function run(args: string[]): Promise<void> {
  // Whoever reads the output may stop reading (`imprint routes | head`); that is no failure.
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

/** What commander throws to stop where it has already printed what was asked for. */
const PRINTED = new Set(['commander.helpDisplayed', 'commander.version']);

async function end(error: unknown): Promise<number> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && PRINTED.has(code)) return 0;
  if (code === 'commander.help') return 2; // no command was named, and the help has been printed
  const { report } = await import('./failures.ts');
  const { isDebugging } = await import('./context.ts');
  return report(error, { stack: isDebugging() });
}
