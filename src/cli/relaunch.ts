/** Starts this very command again with other environment variables: the loader reads library paths only at process start. */
import { spawn } from 'node:child_process';

/** Set in the process that was started again, so that it happens once. */
const guard = 'BAREMARK_RELAUNCHED';

export function wasRelaunched(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[guard] !== undefined;
}

/** The exit code of the same command in a process with these variables added; signals reach it. */
export function relaunch(variables: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, ...variables, [guard]: '1' },
  });
  const forward = (name: NodeJS.Signals) => {
    // A terminal gives Ctrl-C to both processes; a second one would end the run at once instead of cleanly.
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, forward);
  return new Promise((resolve, reject) => {
    const release = () => {
      for (const name of names) process.off(name, forward);
    };
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code, signal) => {
      release();
      if (signal) process.kill(process.pid, signal);
      resolve(code ?? 1);
    });
  });
}
