/** `npm run bench -- NAME…`: measures, prints each figure with its spread and its target, and writes bench/results.csv. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { type Bench, type FigureRow, figureRow } from './figure.js';

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  lateness: async () => (await import('./lateness.js')).lateness,
  saturation: async () => (await import('./saturation.js')).saturation,
  stream: async () => (await import('./stream.js')).stream,
  efficiency: async () => (await import('./efficiency.js')).efficiency,
  fused: async () => (await import('./fused.js')).fused,
  tfjs: async () => (await import('./backends/tfjs.js')).tfjs,
  queueing: async () => (await import('./queueing.js')).queueing,
  'off-clock': async () => (await import('./off-clock.js')).offClock,
  batching: async () => (await import('./batching.js')).batching,
  'server-gain': async () => (await import('./server-gain.js')).serverGain,
  summary: async () => (await import('./summary.js')).summary,
  start: async () => (await import('./start.js')).start,
  peers: async () => (await import('./peers/peers.js')).peers,
};

const resultsFile = new URL('./results.csv', import.meta.url);

function show(row: FigureRow): string {
  const digits = (value: number) =>
    Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
  const spread = `${digits(row.min)} to ${digits(row.max)}, ${row.runs} runs`;
  const target = row.target ? `  ${row.reached === 'yes' ? 'reached' : 'MISSED'} ${row.target}` : '';
  const note = row.note ? `\n    ${row.note}` : '';
  return `  ${row.figure.padEnd(34)} ${digits(row.median)} ${row.unit} (${spread})${target}${note}`;
}

/** Rows of other benchmarks measured before stay. */
function save(bench: string, rows: readonly FigureRow[]): void {
  const before = existsSync(resultsFile)
    ? (parse(readFileSync(resultsFile), { columns: true }) as Record<string, string>[])
    : [];
  const kept = before.filter((row) => row.bench !== bench);
  writeFileSync(resultsFile, stringify([...kept, ...rows], { header: true }));
}

const chosen = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const runs = Number(process.argv.find((arg) => arg.startsWith('--runs='))?.slice(7) ?? 5);
const unknown = chosen.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`There is no benchmark '${unknown[0]}'; choose from ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const names = chosen.length > 0 ? chosen : Object.keys(benches);
if (names.length === 1) await measure(names[0]!);
else for (const name of names) measureApart(name);

async function measure(name: string): Promise<void> {
  console.log(name);
  const bench = await benches[name]!();
  const figures = await bench(runs);
  if ('skipped' in figures) {
    console.log(`  skipped: ${figures.skipped}`);
    return;
  }
  const rows = figures.map((figure) => figureRow(name, figure));
  for (const row of rows) console.log(show(row));
  save(name, rows);
}

/** In its own process: the memory and threads that one benchmark leaves behind would burden the next. */
function measureApart(name: string): void {
  const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'));
  const script = fileURLToPath(import.meta.url);
  const { status } = spawnSync(process.execPath, [...process.execArgv, script, name, ...flags], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
