/** The credentials of a demo account. */
export interface DemoLogin {
  email: string;
  password: string;
}

/** Prints the addresses and the demo login, in development. */
export function announce(address: string, login: DemoLogin | undefined): void {
  const lines = [
    ['API', `${address}/api/v1`],
    ['Docs', `${address}/docs`],
    ['Contract', `${address}/openapi.json`],
    ...(login ? [['Demo login', `${login.email}  ${login.password}`]] : []),
    ['Stop', 'Ctrl+C'],
  ];
  const text = lines.map(([name = '', value]) => `  ${name.padEnd(12)}${value}`).join('\n');
  process.stdout.write(`\nImprint is ready.\n\n${text}\n\n`);
}
