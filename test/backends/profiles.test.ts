import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInProfiles } from '../../src/backends/built-in.js';
import { defaultSut } from '../../src/backends/default-sut.js';
import { loadBackend, loadProfile } from '../../src/backends/load.js';
import { measured } from '../../src/base/measured.js';

const folder = mkdtempSync(join(tmpdir(), 'baremark-profiles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const gpu = (uuid: string) => ({ uuid: measured(uuid), migDevices: [] });
const machine = { gpus: measured([gpu('GPU-aa11'), gpu('GPU-bb22')]), env: {} };

/** What a process loads that imports a module: paths of files, and the names of Node's own modules. */
function loadedBy(module: string): string[] {
  const log = join(folder, 'loaded.txt');
  writeFileSync(log, '');
  const hooks = `data:text/javascript,${encodeURIComponent(
    `import { appendFileSync } from 'node:fs';
export async function load(url, context, next) { appendFileSync(${JSON.stringify(log)}, url + '\\n'); return next(url, context); }`,
  )}`;
  const url = new URL(`../../dist/${module}`, import.meta.url).href;
  const script = `import { register, createRequire } from 'node:module';
import { appendFileSync } from 'node:fs';
register(${JSON.stringify(hooks)});
await import(${JSON.stringify(url)});
for (const path of Object.keys(createRequire(import.meta.url).cache)) appendFileSync(${JSON.stringify(log)}, path + '\\n');`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script]);
  const dist = new URL('../../dist/', import.meta.url).href;
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((loaded) => loaded.replace(dist, ''));
}

describe('importing the profiles', () => {
  const loaded = loadedBy('backends/built-in.js');

  it('loads them, and of the project little else', () => {
    expect(loaded).toContain('backends/onnxruntime/profile.js');
    expect(loaded.length).toBeLessThan(25);
  });

  it('loads no backend, no package and no module that starts processes', () => {
    expect(loaded.filter((each) => /node_modules|\.node$|child_process/.test(each))).toEqual([]);
    expect(loaded.filter((each) => each.endsWith('/backend.js'))).toEqual([]);
  });

  it('is told from importing a backend', () => {
    expect(loadedBy('backends/onnxruntime/install.js').length).toBeGreaterThan(0);
    expect(loadedBy('backends/onnxruntime/placement.js')).toContain('node:child_process');
  });
});

describe.each(builtInProfiles.map((profile) => [profile.name, profile] as const))('%s', (name, profile) => {
  it('is found by its name and loads the backend of that name', async () => {
    expect(await loadProfile(name)).toBe(profile);
    expect((await loadBackend(name)).name).toBe(name);
  });

  it('takes the devices that it gives as examples, and says what they are', () => {
    expect(profile.deviceExamples.length).toBeGreaterThan(0);
    for (const example of profile.deviceExamples) {
      const device = example.replace('GPU-…', 'GPU-bb22');
      expect(profile.checkDevice(device)).toBeUndefined();
      const devices = profile.selectDevices(device, machine);
      expect(devices.length).toBeGreaterThan(0);
      for (const opened of devices) expect(profile.computesOn(opened)).toBe(profile.computesOn(device));
    }
  });

  it('refuses others in words that complete a sentence', () => {
    expect(profile.checkDevice('no-such-device')).toMatch(
      new RegExp(`^, which ${name} does not have; .+[.?]$`),
    );
    expect(() => profile.selectDevices('no-such-device', machine)).toThrow(
      /--device is "no-such-device", which/,
    );
  });

  it('chooses whole instances and batches, keeps the instances that are asked for, and tries rising values', () => {
    for (const example of profile.deviceExamples) {
      const device = example.replace('GPU-…', 'GPU-bb22');
      const devices = profile.selectDevices(device, machine);
      const task = { task: 'bert', scenario: 'Server', device, devices, backendOptions: {} } as const;
      const { instances, maxBatch } = profile.defaults(task, { cores: 8 });
      expect(instances).toBeGreaterThanOrEqual(1);
      expect(maxBatch).toBeGreaterThanOrEqual(1);
      expect(profile.defaults({ ...task, instances: 1 }, { cores: 8 }).instances).toBe(1);
      for (const values of Object.values(profile.tuning(device)) as (readonly number[])[]) {
        expect(values.length).toBeGreaterThan(0);
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
      }
    }
  });

  it('has a row in the README', () => {
    const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
    for (const kind of new Set(profile.deviceExamples.map((example) => example.split(':')[0]!)))
      expect(row).toContain(`\`${kind}`);
  });
});

it('the default backend is built in and has the default device', () => {
  const profile = builtInProfiles.find(({ name }) => name === defaultSut.backend)!;
  expect(profile.checkDevice(defaultSut.device)).toBeUndefined();
  expect(profile.answers).toBe(true);
});
