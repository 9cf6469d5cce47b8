import { generateSigningKey } from '../platform/keys.ts';
import { print } from './context.ts';

/** `imprint keys generate` */
export function keysGenerate(options: { oneLine?: boolean }): void {
  const key = generateSigningKey().trim();
  print(options.oneLine ? key.replaceAll('\n', '\\n') : key);
}
