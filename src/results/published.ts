/** The table of published results of bare metal that comes with baremark (`results/published/bare_metal.csv`), typed. */
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
  readonly samplesPerSecondPerAccelerator: number;
}

const table = new URL('../../results/published/bare_metal.csv', import.meta.url);

/**
 * Reads the table out of the package.
 * @throws BaremarkError BAD_RESULTS where it is missing or a row is not as its header says
 */
export async function loadPublished(): Promise<readonly PublishedResult[]> {
  try {
    return rowsOf(await readFile(table, 'utf8')).map(toResult);
  } catch (error) {
    throw new BaremarkError(
      'BAD_RESULTS',
      `${fileURLToPath(table)} cannot be read as the table of published results (${messageOf(error)}); install baremark again.`,
      { cause: error },
    );
  }
}

type Row = (column: string) => string;

/** The table has no quoted cells, so a row is split at its commas. */
function rowsOf(text: string): Row[] {
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const columns = header.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    if (cells.length !== columns.length) throw new Error(`the row "${line}" has ${cells.length} cells`);
    return (column) => cells[columns.indexOf(column)] ?? fail(`there is no column ${column}`);
  });
}

function toResult(row: Row): PublishedResult {
  const accelerators = positive(row('accelerators'));
  const samplesPerSecond = positive(row('samples_per_s'));
  return {
    accelerator: row('accelerator'),
    benchmark: row('benchmark'),
    scenario: scenarioOf(row('scenario')),
    round: row('round'),
    submitter: row('submitter'),
    system: row('system'),
    accelerators,
    samplesPerSecond,
    samplesPerSecondPerAccelerator: samplesPerSecond / accelerators,
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
