import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchors, codeSpans, linkTargets, readDoc, root } from './markdown.js';

/** The documents written by hand. The changelog speaks of versions that are past. */
const docs = [
  'README.md',
  'CONTRIBUTING.md',
  'scenarios/README.md',
  'bench/gpu/README.md',
  'results/published/README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
];
const rooted =
  /^(src|test|docs|scripts|models|scenarios|bench|examples|\.ci|results\/published)\/[\w./*<>-]*$/;

/** Whether a path is there; `*` stands for any name, and what follows a `<placeholder>` is anybody's. */
function isThere(path: string): boolean {
  const [known] = path.split('<') as [string];
  const folder = dirname(known === path ? known : `${known}x`);
  if (known !== path) return existsSync(join(root, folder));
  if (!known.includes('*')) return existsSync(join(root, known));
  const pattern = new RegExp(
    `^${known
      .slice(folder.length + 1)
      .replaceAll('.', '\\.')
      .replace('*', '.+')}$`,
  );
  return readdirSync(join(root, folder)).some((name) => pattern.test(name));
}

describe.each(docs)('%s', (doc) => {
  const text = readDoc(doc);

  it('names only files and folders that are there', () => {
    const paths = codeSpans(text).filter((span) => rooted.test(span));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  it('links only to pages and headings that are there', () => {
    const broken = linkTargets(text)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => {
        const [file, anchor] = target.split('#') as [string, string?];
        const path = file === '' ? doc : join(dirname(doc), file);
        if (!existsSync(join(root, path))) return true;
        return anchor !== undefined && !anchors(readDoc(path)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });
});

it('the npm package ships what the README links to', () => {
  const { files } = JSON.parse(readDoc('package.json')) as { files: string[] };
  const linked = linkTargets(readDoc('README.md')).filter((target) => !/^(https?:|#)/.test(target));
  expect(linked.length).toBeGreaterThan(3);
  const shipped = (path: string) => files.some((each) => path === each || path.startsWith(`${each}/`));
  expect(linked.map((target) => target.split('#')[0]!).filter((path) => !shipped(path))).toEqual([]);
});

describe('the check of paths itself', () => {
  it('knows what is there and what is not', () => {
    expect(isThere('src/index.ts')).toBe(true);
    expect(isThere('src/no-such-file.ts')).toBe(false);
    expect(isThere('models/*.yaml')).toBe(true);
    expect(isThere('models/*.xml')).toBe(false);
    expect(isThere('models/<name>.yaml')).toBe(true);
    expect(isThere('no-such-folder/<name>.yaml')).toBe(false);
  });
});
