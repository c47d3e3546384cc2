/** Many searches, in as many processes as there are cores; or in this one. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Found, type SearchTask, searched } from './searches.js';

/** @param told of each finding, in the order of the tasks */
export async function searchAll(
  tasks: readonly SearchTask[],
  jobs: number,
  told: (found: Found, task: SearchTask) => void,
): Promise<void> {
  const found: (Found | undefined)[] = tasks.map(() => undefined);
  let next = 0;
  const done = (number: number, one: Found) => {
    found[number] = one;
    for (; next < tasks.length && found[next]; next++) told(found[next]!, tasks[next]!);
  };
  if (jobs < 2) {
    for (const [number, task] of tasks.entries()) done(number, await searched(task));
    return;
  }
  let taken = 0;
  const worker = async () => {
    const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
      serialization: 'advanced',
      execArgv: ['--import', 'tsx'],
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('exit', (code) => reject(new Error(`a search ended with exit code ${code}`)));
    });
    // Heard of where it is awaited.
    failed.catch(() => {});
    try {
      while (taken < tasks.length) {
        const number = taken++;
        const answer = new Promise<{ found: Found }>((resolve) => child.once('message', resolve as never));
        child.send({ number, task: tasks[number] });
        done(number, (await Promise.race([answer, failed])).found);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, worker));
}
