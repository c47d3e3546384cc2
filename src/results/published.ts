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

type Row = (column: string) => string;

/** These tables have no quoted cells, so a row is split at its commas. */
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
