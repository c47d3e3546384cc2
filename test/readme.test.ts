import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { baremark } from './cli/baremark.js';
import { itWithShared, sharedPath } from './helpers/shared.js';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

describe('the README', () => {
  it('shows the example backend as it is, which the conformance checks run', () => {
    const [, ...code] = read('examples/echo-backend.js').trim().split('\n');
    expect(read('README.md')).toContain(code.join('\n').trim());
  });

  it('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm run ([a-z]+)/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(scripts).toHaveProperty(name);
  });

  itWithShared(['mlperf-results/v1.1'], 'shows lines that compare prints of the published pair', async () => {
    const results = sharedPath('mlperf-results', 'v1.1', 'closed', 'Dell', 'results');
    const systems = ['R7525_A100-PCIE-40GBx3_TRT', 'R7525_vA100-PCIE-40GBx3_TRT'];
    const { stdout } = await baremark('.', 'compare', ...systems.map((name) => `${results}/${name}`));
    const printed = stdout.split('\n');
    const shown = /```\n(severity [^`]*)```/.exec(read('README.md'))![1]!.trim().split('\n');
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((line) => !printed.includes(line))).toEqual([]);
  });
});
