/** Keeps standard output for results: what a backend's module prints in this process goes to standard error. */
import { Console } from 'node:console';
import { syncBuiltinESMExports } from 'node:module';

/** From now on `console` prints to standard error; results are written to standard output itself. */
export function keepOutput(): void {
  Object.assign(console, new Console(process.stderr, process.stderr));
  // For those who import the functions by name.
  syncBuiltinESMExports();
}
