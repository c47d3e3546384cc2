/** The built-in backends and how their devices are written, as a part of a command's help. */
import { builtInProfiles } from '../backends/built-in.js';

export function backendsHelp(): string {
  const width = Math.max(...builtInProfiles.map(({ name }) => name.length));
  const rows = builtInProfiles.map(
    ({ name, deviceExamples }) => `  ${name.padEnd(width)}  ${deviceExamples.join(', ')}`,
  );
  return ['Built-in backends, and how their devices are written:', ...rows].join('\n');
}
