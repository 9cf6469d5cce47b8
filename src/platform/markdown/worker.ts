// Run in a thread of its own: renders each text that it is sent.
import { parentPort } from 'node:worker_threads';
import { lowerThreadPriority } from '../thread-priority.ts';
import { renderMarkdown } from './render.ts';

// Requests that cost little go first: this gets a fifth of a core that both want.
lowerThreadPriority(7);

parentPort?.on('message', (source: string) => {
  try {
    parentPort?.postMessage({ result: renderMarkdown(source) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});
parentPort?.postMessage('ready');
