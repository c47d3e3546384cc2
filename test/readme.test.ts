import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

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
});
