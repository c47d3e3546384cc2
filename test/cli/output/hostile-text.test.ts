import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sampleDocument } from '../../results/sample-run.js';
import { baremark, type Ended } from '../baremark.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'baremark-hostile-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Clears the screen, sets the title of the window, and turns the direction of text around. */
const hostile = 'x\u001b[2J\u009b31m\u001b]0;owned\u0007\u202ey';

/** Nothing that acts on a terminal but the breaks of lines, and no line longer than a screen, unless it is JSON. */
function harmless({ stdout, stderr }: Ended): string {
  const shown = stdout + stderr;
  expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  const lines = stdout.startsWith('{') ? stderr : shown;
  expect(Math.max(...lines.split('\n').map((line) => line.length))).toBeLessThan(2200);
  return shown;
}

const run = (...args: readonly string[]) =>
  baremark(dir, 'run', '--model', 'bert-tiny', '--scenario', 'Server', ...args);

it('of a conf file, a plan file, a flag and a file name does nothing to the terminal', async () => {
  writeFileSync(join(dir, 'a.conf'), `${hostile}.Server = 1\n`);
  expect(harmless(await run('--user-conf', 'a.conf'))).toMatch(/a\.conf line 1: "x/);
  writeFileSync(join(dir, 'long.conf'), `${'x'.repeat(10_000_000)}\n`);
  expect(harmless(await run('--user-conf', 'long.conf'))).toMatch(/long\.conf line 1: .* rewrite it\.\n$/);
  const name = `"${hostile.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
  const plan = `name: ${name}\nruns:\n  - { model: bert-tiny, scenario: Server, ${name}: 1 }\n`;
  writeFileSync(join(dir, 'a.yaml'), plan);
  expect(harmless(await baremark(dir, 'run', 'a.yaml'))).toMatch(/there is no key/);
  writeFileSync(join(dir, 'b.yaml'), plan.replace(`, ${name}: 1`, ''));
  expect(harmless(await baremark(dir, 'run', 'b.yaml', '--dry-run'))).toMatch(/: 1 run, /);
  harmless(await baremark(dir, 'run', 'b.yaml', '--dry-run', '--json'));
  harmless(await run(`--${hostile}`));
  harmless(await run('--user-conf', hostile));
});

it('of results does nothing to the terminal, nor to a page', async () => {
  const folder = join(dir, 'results/box/bert-99/Server/performance/run_1');
  mkdirSync(folder, { recursive: true });
  const outcome = { kind: 'invalid', reasons: [hostile, 'x'.repeat(10_000)] } as const;
  const model = { name: hostile, weights: hostile };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(sampleDocument({ outcome, model })));
  mkdirSync(join(dir, 'results', 'systems'));
  writeFileSync(join(dir, 'results/systems/box.json'), JSON.stringify({ system_name: hostile }));
  const report = await baremark(dir, 'report', 'results/box', '--html', 'a.html', '--md', 'a.md');
  expect(harmless(report)).toMatch(/INVALID/);
  for (const file of ['a.html', 'a.md'])
    expect((await readFile(join(dir, file), 'utf8')).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  harmless(await baremark(dir, 'compare', 'results/box', 'results/box', '--json'));
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ schema: hostile }));
  harmless(await baremark(dir, 'report', dirname(folder)));
});

it('of a server does nothing to the terminal', async () => {
  const server = createServer((_, response) => {
    // The status of an answer may hold tabs and letters beyond ASCII, C1 among them.
    response.writeHead(418, 'tea\tpot\u009b31m').end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pulled = await baremark(dir, 'datasets', 'pull', 'squad', '--mirror', `http://127.0.0.1:${port}`);
  server.close();
  expect(harmless(pulled)).toMatch(/418/);
});
