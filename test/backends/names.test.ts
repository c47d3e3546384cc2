import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { builtInProfiles } from '../../src/backends/built-in.js';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** Rooms where a name is not that of a device or a backend: NVIDIA's `cuda`, control groups' `cpu`. */
const otherMeanings = /^(backends|system\/gpu|system\/hypervisor|system\/cpu|system\/telemetry|base\/host)\//;

/** Names of backends and kinds of devices, as the profiles have them. */
const names = [
  ...new Set(
    builtInProfiles.flatMap(({ name, deviceExamples }) => [
      name,
      ...deviceExamples.map((text) => text.split(':')[0]!),
    ]),
  ),
];
const name = `(${names.join('|')}|\\w+ExecutionProvider)(:[\\w,]*)?`;
const literal = `['"\`]${name}['"\`]`;

/** A name compared with something, in the ways that JavaScript has. */
const comparison = new RegExp(
  [
    `[=!]==?\\s*${literal}`,
    `${literal}\\s*[=!]==?`,
    `case\\s+${literal}`,
    `\\.(startsWith|endsWith|includes|indexOf|match|test|has)\\(\\s*['"\`/^(]*${name}\\b`,
    `\\[[^\\]]*${literal}[^\\]]*\\]\\s*\\.includes`,
    // A table by name; `cpu` and `cuda` are also fields of other things.
    `^\\s*['"]?(${names.filter((each) => each !== 'cpu' && each !== 'cuda').join('|')})['"]?:\\s`,
    `/\\^?\\(?${name}[^/\n]*/[a-z]*\\.test`,
  ].join('|'),
  'm',
);

/** The lines that are not comments. */
function codeOf(text: string): string[] {
  return text.split('\n').filter((line) => !/^\s*(\/\/|\*|\/\*\*)/.test(line));
}

function comparisonsIn(text: string): string[] {
  return codeOf(text).filter((line) => comparison.test(line));
}

describe('outside the backends', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !otherMeanings.test(path))
    .sort();

  it('no file compares anything with the name of a backend or a device', () => {
    expect(files.length).toBeGreaterThan(100);
    const found = files.flatMap((path) =>
      comparisonsIn(readFileSync(src + path, 'utf8')).map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('no file holds the name of a backend', () => {
    const backend = new RegExp(`['"\`](${builtInProfiles.map((profile) => profile.name).join('|')})['"\`]`);
    const named = (path: string) =>
      codeOf(readFileSync(src + path, 'utf8')).some((line) => backend.test(line));
    expect(files.filter(named)).toEqual([]);
  });

  it.each([
    "if (backend === 'onnxruntime') return;",
    "const own = device !== 'cpu';",
    "if ('webgpu' == device) return;",
    "if (device === 'cuda:0') return;",
    "    case 'tensorrt':",
    "device.startsWith('cuda')",
    '/^(cuda|tensorrt)(:|$)/.test(device)',
    "['cpu', 'webgpu'].includes(device)",
    "names.every((provider) => provider === 'CPUExecutionProvider')",
    '  simulated: { cpu: false },',
  ])('%s would be found', (line) => expect(comparisonsIn(line)).toHaveLength(1));

  it.each([
    "cgroupTexts(host, 'cpu', ['cpu.stat'])",
    "return run(['cuda'])",
    'const { cpu, os } = fingerprint;',
  ])('%s is none', (line) => expect(comparisonsIn(line)).toEqual([]));
});
