import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordSchema } from '../../src/results/record-schema.js';
import { summaryColumns } from '../../src/results/write/summary-columns.js';
import { codeBlocks, codeSpans, readDoc, root, section, table } from './markdown.js';

const layers: readonly (readonly string[])[] = createRequire(import.meta.url)('../../scripts/layers.cjs');
const page = readDoc('docs/architecture.md');
/** Files side by side that a room may hold: "about fifteen". */
const mostFiles = 16;

interface Folder {
  readonly path: string;
  readonly files: readonly string[];
}

/** A folder and those below it. */
function folders(path: string): readonly Folder[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${path}/${name}`);
  return [{ path, files }, ...below.flatMap(folders)];
}

const sourceFolders = folders('src');
/** Folders of data are named and filled as their data are. */
const isData = ({ path }: Folder) => /\/(golden|fixtures)(\/|$)/.test(path);
const codeFolders = ['src', 'test', 'bench', 'scripts'].flatMap(folders).filter((folder) => !isData(folder));
const rooms = sourceFolders.map(({ path }) => path).filter((path) => path.split('/').length === 2);
const source = sourceFolders
  .flatMap(({ path, files }) => files.map((name) => readFileSync(join(root, path, name), 'utf8')))
  .join('\n');

/** Whether a name stands in the source by itself. */
const inSource = (name: string) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(source);

describe('the architecture page', () => {
  it('names the rooms that src/ has, each once', () => {
    const named = table(section(page, 'The rooms')).map(([room]) => room!.replace(/^`|\/`$/g, ''));
    expect(named.toSorted()).toEqual(rooms.toSorted());
  });

  it('draws the layers that the check of imports uses, which hold every room once', () => {
    const drawn = table(section(page, 'Layers')).map(([cell]) => codeSpans(cell!));
    expect(drawn.toReversed()).toEqual(layers);
    expect(
      layers
        .flat()
        .map((room) => `src/${room}`)
        .toSorted(),
    ).toEqual(rooms.toSorted());
  });

  it('lists the columns of queries.arrow and of summary.csv', () => {
    const text = section(page, 'Results on disk');
    const columns = table(text).map(([column]) => codeSpans(column!)[0]);
    expect(columns).toEqual(recordSchema(1, 1).fields.map(({ name }) => name));
    const listed = codeBlocks(text, '').at(-1)!.trim().split(/\s+/);
    expect(listed).toEqual(summaryColumns.map(({ name }) => name));
  });

  it('uses only identifiers that the source has', () => {
    const glossary = section(page, 'Words').split('### ')[0]!;
    const current = table(section(page, 'Words that changed')).map(([, now]) => now!);
    const identifiers = [section(page, 'Contracts'), glossary, ...current]
      .flatMap(codeSpans)
      .filter((span) => /^[A-Z]?[a-z]+[A-Z]\w*$|^[A-Z][a-z]{4,}$/.test(span));
    expect(identifiers.length).toBeGreaterThan(15);
    expect(identifiers.filter((name) => !inSource(name))).toEqual([]);
  });

  it('calls only names old that the source no longer has', () => {
    const old = table(section(page, 'Words that changed'))
      .flatMap(([before]) => codeSpans(before!))
      .filter((span) => /^[A-Za-z]+$/.test(span) && span !== 'device');
    expect(old.length).toBeGreaterThan(5);
    expect(old.filter(inSource)).toEqual([]);
  });
});

describe('the rooms', () => {
  it(`hold at most ${mostFiles} files side by side`, () => {
    const crowded = codeFolders.filter(({ files }) => files.length > mostFiles);
    expect(crowded.map(({ path, files }) => `${path}: ${files.length}`)).toEqual([]);
  });

  it('have names in kebab-case, and so have the files of code in them', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.build)?\.(ts|js|mjs|cjs)$/;
    const wrong = codeFolders.flatMap(({ path, files }) => [
      ...(/^[a-z0-9.-]+$/.test(path.split('/').at(-1)!) ? [] : [path]),
      ...files
        .filter((name) => /\.[cm]?[jt]s$/.test(name) || path.startsWith('src'))
        .filter((name) => !kebab.test(name))
        .map((name) => relative(root, join(root, path, name))),
    ]);
    expect(wrong).toEqual([]);
  });

  it('keep no variable beside their functions', () => {
    const variables = sourceFolders.flatMap(({ path, files }) =>
      files
        .map((name) => join(path, name))
        .filter((file) => /^(export )?(let|var) /m.test(readFileSync(join(root, file), 'utf8'))),
    );
    expect(variables).toEqual([]);
  });
});
