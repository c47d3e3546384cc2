/** The parent's side: gives jobs to a child one after the other, and starts another where one hangs or ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Done, Job } from './job.js';

const childPath = fileURLToPath(new URL('child.ts', import.meta.url));

export interface Runner {
  run(job: Job, limitMs?: number): Promise<Answer>;
  close(): void;
}

export function createRunner(entry = childPath): Runner {
  let ready: Promise<ChildProcess> | undefined;
  let errors = '';

  function start(): Promise<ChildProcess> {
    // Silent: what a child prints beside its calls is kept for the complaint.
    const child = fork(entry, { execArgv: ['--import', 'tsx'], silent: true });
    errors = '';
    child.stderr?.on('data', (data: Buffer) => {
      errors = (errors + data.toString()).slice(-4000);
    });
    child.stdout?.resume();
    return new Promise((resolve, reject) => {
      child.once('message', () => resolve(child));
      child.once('exit', (code) => reject(new Error(`the child ended with ${code} at its start: ${errors}`)));
    });
  }

  return {
    async run(job, limitMs = 20_000) {
      ready ??= start();
      const child = await ready;
      const answer = await new Promise<Answer>((resolve) => {
        const end = (result: Answer) => {
          clearTimeout(timer);
          child.off('message', onMessage);
          child.off('exit', onExit);
          resolve(result);
        };
        const onMessage = (done: Done) => end(done);
        const onExit = () => end({ lost: 'gone', stderr: errors });
        const timer = setTimeout(() => end({ lost: 'slow', stderr: errors }), limitMs);
        child.on('message', onMessage);
        child.on('exit', onExit);
        child.send(job);
      });
      if ('lost' in answer) {
        child.kill('SIGKILL');
        ready = undefined;
      }
      return answer;
    },
    close() {
      void ready?.then((child) => child.kill('SIGKILL'));
      ready = undefined;
    },
  };
}
