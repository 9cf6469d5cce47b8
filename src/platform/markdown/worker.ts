// Run in a thread of its own: renders each text that it is sent.
import { parentPort } from 'node:worker_threads';
import { renderMarkdown } from './render.ts';

parentPort?.on('message', (source: string) => {
  try {
    parentPort?.postMessage({ result: renderMarkdown(source) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
parentPort?.postMessage('ready');
