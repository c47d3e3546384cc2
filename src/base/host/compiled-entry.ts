/** Finds the compiled entry of a thread or a child process: in dist/, even if the sources are run directly. */

const compiled = new URL(import.meta.url.endsWith('.ts') ? '../../../dist/' : '../../', import.meta.url);

/** URL of a compiled module; `path` is relative to `src/`, e.g. `engine/issuer/issuer-thread.js`. */
export function compiledEntry(path: string): URL {
  return new URL(path, compiled);
}
