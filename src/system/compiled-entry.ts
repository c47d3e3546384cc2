/** Where the compiled entry of a child process lies: beside this file, or under dist/ where the sources are run directly. */

/** `name` is relative to src/system/ as compiled; `from` is the caller's `import.meta.url`. */
export function compiledEntry(name: string, from: string): URL {
  const system = from.replace(/\/(src|dist)\/system\/(?!.*\/(src|dist)\/system\/).*$/, '/dist/system/');
  return new URL(name, system);
}
