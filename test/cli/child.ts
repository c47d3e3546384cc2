/** The compiled command line as a process that a test listens to and signals while it runs. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Child {
  readonly process: ChildProcess;
  /** Resolves when standard error has shown this, with all of it; rejects where the process ends first. */
  shown(pattern: RegExp): Promise<string>;
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
}

export function startBaremark(cwd: string, args: readonly string[], stdio: StdioOptions = 'pipe'): Child {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio });
  let [stdout, stderr] = ['', ''];
  const waiting = new Set<() => void>();
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
    for (const look of [...waiting]) look();
  });
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const shown = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(stderr)) return;
        waiting.delete(look);
        resolve(stderr);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without showing ${pattern}: ${stderr}`)));
    });
  return { process: child, shown, ended };
}

/** A Server run of the simulated backend with these options, named `sim`, whose bound even a busy machine holds. */
export function serverRun(minDuration: string, ...options: readonly string[]): readonly string[] {
  const sut = ['--model', 'bert-tiny', '--backend', 'simulated', '--system', 'sim'];
  const load = ['--scenario', 'Server', '--target-qps', '500', '--target-latency', '20s'];
  return ['run', ...sut, ...load, '--min-duration', minDuration, ...options];
}

/** What is on standard error once queries have been completed. */
export const underway = /, [1-9][\d,]*\/[\d,]+ queries/;
