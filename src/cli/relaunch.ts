/** Starts this very command again with other environment variables: the loader reads library paths only at process start. */
import { spawn } from 'node:child_process';
import type { BenchmarkPlan } from '../plan/types.js';
import { stopSignals } from './interrupt.js';

/** Set in the process that was started again, so that it happens once. */
const guard = 'BAREMARK_RELAUNCHED';

/**
 * The exit code of this command in a process that is started with what the plan's devices need; undefined where this
 * process has it already.
 * @throws BaremarkError `UNKNOWN_DEVICE` where they cannot work on this machine
 */
export async function relaunchFor(plan: Pick<BenchmarkPlan, 'runs'>): Promise<number | undefined> {
  if (process.env[guard] !== undefined) return undefined;
  // Loaded only here, so that help need not wait for it.
  const { launchNeeds } = await import('../sut/launch.js');
  const variables = await launchNeeds(plan);
  return variables && relaunch(variables);
}

/** The exit code of the same command in a process with these variables added; signals reach it. */
function relaunch(variables: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, ...variables, [guard]: '1' },
  });
  const forward = (name: NodeJS.Signals) => {
    // A terminal gives Ctrl-C to both processes; a second one would hurry the run.
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  };
  for (const name of stopSignals) process.on(name, forward);
  return new Promise((resolve, reject) => {
    const release = () => {
      for (const name of stopSignals) process.off(name, forward);
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
