/** A process that searches what it is sent, one system after the other. */
import { type SearchTask, searched } from './searches.js';

process.on('message', async ({ number, task }: { number: number; task: SearchTask }) => {
  process.send!({ number, found: await searched(task) });
});
