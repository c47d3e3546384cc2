/** The tables of published results that come with baremark (`results/published/`), typed. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BaremarkError, messageOf } from '../base/errors.js';

/** A published result of a bare-metal system in MLPerf Inference's closed division. */
export interface PublishedResult {
  /** Model and memory, e.g. `A100-PCIe-40`. */
  readonly accelerator: string;
  readonly benchmark: string;
  readonly scenario: 'Offline' | 'Server';
  /** Round of MLPerf Inference, e.g. `1.1`. */
  readonly round: string;
  readonly submitter: string;
  readonly system: string;
  /** Accelerators in the system; `samplesPerSecond` is that of the whole system. */
  readonly accelerators: number;
  readonly samplesPerSecond: number;
}

/** A system that was published both on bare metal and in a virtual machine. */
export interface PublishedPair extends Omit<PublishedResult, 'system' | 'samplesPerSecond'> {
  readonly boundMs?: number;
  readonly bareMetal: PublishedSide;
  readonly virtual: PublishedSide;
}

interface PublishedSide {
  readonly system: string;
  readonly samplesPerSecond: number;
  readonly p99Ms: number;
}

export interface Published {
  readonly results: readonly PublishedResult[];
  readonly pairs: readonly PublishedPair[];
}

/** Samples/s per accelerator of the lowest and the highest of `count` results; `relative` is highest ÷ lowest − 1. */
export interface PublishedSpread {
  readonly count: number;
  readonly lowest: number;
  readonly highest: number;
  readonly relative: number;
}

const folder = new URL('../../results/published/', import.meta.url);

/**
 * Reads both tables out of the package.
 * @throws BaremarkError BAD_RESULTS where a table is missing or a row is not as its header says
 */
export async function loadPublished(): Promise<Published> {
  const results = await readTable('bare_metal.csv', toResult);
  const pairs = await readTable('virtual_pairs.csv', toPair);
  return { results, pairs };
}

/**
 * How far apart published bare-metal results of one accelerator lie, per accelerator. Give `round` to stay within one
 * round, where the software is nearly the same. Undefined with fewer than two results.
 */
export function publishedSpread(
  results: readonly PublishedResult[],
  accelerator: string,
  benchmark: string,
  scenario: string,
  round?: string,
): PublishedSpread | undefined {
  const found = results.filter(
    (result) =>
      result.accelerator === accelerator &&
      result.benchmark === benchmark &&
      result.scenario === scenario &&
      (round === undefined || result.round === round),
  );
  if (found.length < 2) return undefined;
  const rates = found.map((result) => result.samplesPerSecond / result.accelerators);
  const lowest = Math.min(...rates);
  const highest = Math.max(...rates);
  return { count: found.length, lowest, highest, relative: highest / lowest - 1 };
}

/**
 * The table's name of an accelerator ("NVIDIA A100-PCIE-40GB", "GRID A100-40C" → "A100-PCIe-40"), undefined for one it
 * does not have or cannot tell apart. A vGPU's name does not say the card's form: give it as `form`.
 */
export function publishedAccelerator(model: string, form?: 'PCIe' | 'SXM'): string | undefined {
  const name = model.toUpperCase();
  const plain = /\b(A10|A2|A30|L4|L40|L40S|T4)(?![\dA-Z])/.exec(name)?.[1];
  if (plain) return plain;
  const card = /\b(A100|GH200|H100|H200)(?!\d)/.exec(name)?.[1];
  if (card === 'GH200') return 'GH200-96';
  if (!card) return undefined;
  const shape = shapeOf(name) ?? form ?? (card === 'H200' ? 'SXM' : undefined);
  if (card !== 'A100') return shape ? `${card}-${shape}` : undefined;
  const memory = /\b(40|80)(GB|C|\b)/.exec(name.replace(/^.*A100/, ''))?.[1];
  return shape && memory ? `A100-${shape}-${memory}` : undefined;
}

function shapeOf(name: string): 'NVL' | 'PCIe' | 'SXM' | undefined {
  if (name.includes('NVL')) return 'NVL';
  if (name.includes('PCIE')) return 'PCIe';
  return /SXM|HBM3/.test(name) ? 'SXM' : undefined;
}

type Row = (column: string) => string;

/** Our own tables have no quoted cells, so a row is split at its commas. */
async function readTable<T>(name: string, toValue: (row: Row) => T): Promise<T[]> {
  const url = new URL(name, folder);
  try {
    const [header = '', ...lines] = (await readFile(url, 'utf8')).trimEnd().split(/\r?\n/);
    const columns = header.split(',');
    return lines.map((line) => {
      const cells = line.split(',');
      if (cells.length !== columns.length) throw new Error(`the row "${line}" has ${cells.length} cells`);
      return toValue((column) => cells[columns.indexOf(column)] ?? fail(`there is no column ${column}`));
    });
  } catch (error) {
    throw new BaremarkError(
      'BAD_RESULTS',
      `${fileURLToPath(url)} cannot be read as a published table (${messageOf(error)}); install baremark again.`,
      { cause: error },
    );
  }
}

function toResult(row: Row): PublishedResult {
  return {
    accelerator: row('accelerator'),
    benchmark: row('benchmark'),
    scenario: scenarioOf(row('scenario')),
    round: row('round'),
    submitter: row('submitter'),
    system: row('system'),
    accelerators: positive(row('accelerators')),
    samplesPerSecond: positive(row('samples_per_s')),
  };
}

function toPair(row: Row): PublishedPair {
  const side = (name: string) => ({
    system: row(`${name}_system`),
    samplesPerSecond: positive(row(`${name}_samples_per_s`)),
    p99Ms: positive(row(`${name}_p99_ms`)),
  });
  return {
    benchmark: row('benchmark'),
    scenario: scenarioOf(row('scenario')),
    round: row('round'),
    submitter: row('submitter'),
    accelerator: row('accelerator'),
    accelerators: positive(row('accelerators')),
    boundMs: row('bound_ms') === '' ? undefined : positive(row('bound_ms')),
    bareMetal: side('bare_metal'),
    virtual: side('virtual'),
  };
}

function scenarioOf(text: string): PublishedResult['scenario'] {
  return text === 'Offline' || text === 'Server' ? text : fail(`the scenario "${text}" is unknown`);
}

function positive(text: string): number {
  const number = Number(text);
  return text !== '' && number > 0 && Number.isFinite(number)
    ? number
    : fail(`"${text}" is not a number above 0`);
}

function fail(why: string): never {
  throw new Error(why);
}
