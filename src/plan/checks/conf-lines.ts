/** What the conf files of a run may not say, because it contradicts the command, and what they say without an effect. */
import { BaremarkError } from '../../base/errors.js';
import { applyConf, type ConfEntry, confEntry } from '../../loadgen/settings/conf.js';
import { KEYS } from '../../loadgen/settings/conf-keys.js';
import { defaultSettings, type TestMode } from '../../loadgen/settings/settings.js';
import type { ConfFile } from '../conf.js';
import type { OptionValues } from '../options/table.js';
import type { PlannedRun } from '../types.js';

type ConfRun = Pick<PlannedRun, 'model' | 'scenario' | 'mode' | 'mlperfConf' | 'userConf' | 'peak'>;

/** What to write behind `--mode` for LoadGen's mode. */
const flagOf: Readonly<Partial<Record<TestMode, OptionValues['mode']>>> = {
  SubmissionRun: 'submission',
  AccuracyOnly: 'accuracy',
  PerformanceOnly: 'performance',
  FindPeakPerformance: 'peak',
};

/**
 * Refuses a conf file whose `mode` is not the one that the command (or the plan) asks for, and a TEST05 without seeds.
 * @throws BaremarkError BAD_CONF
 */
export function checkConf(run: ConfRun, asked: OptionValues['mode'] = 'performance'): void {
  for (const file of filesOf(run)) {
    const entry = entryFor(run, file, 'mode');
    if (entry === undefined) continue;
    const { mode } = applyConf(defaultSettings(run.scenario), [entry], run.model.confName, run.scenario);
    const flag = flagOf[mode];
    // A peak search ends with a performance run.
    if (flag === asked || (asked === 'peak' && flag === 'performance')) continue;
    const fix = flag === undefined ? 'remove the line' : `remove the line, or give --mode ${flag}`;
    throw new BaremarkError(
      'BAD_CONF',
      `${place(file, entry)}: mode = ${entry.value} is LoadGen's ${mode}, but the run is one of mode ${asked}; ${fix}.`,
    );
  }
  checkTest05(run);
}

function checkTest05(run: ConfRun): void {
  const { mlperfConf: file } = run;
  const on = file && entryFor(run, file, 'test05');
  if (!file || !on || Math.trunc(Number(on.value)) !== 1) return;
  if (run.mode === 'AccuracyOnly')
    throw new BaremarkError(
      'BAD_CONF',
      `${place(file, on)}: test05 = 1 is an audit of performance, but the run is one of mode accuracy; remove the line.`,
    );
  const missing = test05Seeds.find((key) => entryFor(run, file, key) === undefined);
  if (missing !== undefined)
    throw new BaremarkError(
      'BAD_CONF',
      `${place(file, on)}: test05 = 1 needs ${missing}, which the file does not give; add it.`,
    );
}

const test05Seeds = ['test05_qsl_rng_seed', 'test05_sample_index_rng_seed', 'test05_schedule_rng_seed'];

/** One sentence for each line that is meant for this run and changes nothing. */
export function idleConfLines(run: ConfRun): string[] {
  return filesOf(run).flatMap((file) =>
    Object.entries(KEYS).flatMap(([key, { targets, mlperfOnly }]) => {
      const entry = entryFor(run, file, key);
      if (entry === undefined) return [];
      const why =
        targets.length === 0
          ? 'baremark measures no tokens'
          : mlperfOnly && file === run.userConf
            ? 'LoadGen takes it from an mlperf.conf alone'
            : key === 'target_qps' && run.peak
              ? 'mode peak searches the rate'
              : undefined;
      return why === undefined ? [] : [`${place(file, entry)}: ${key} has no effect, because ${why}.`];
    }),
  );
}

function filesOf({ mlperfConf, userConf }: ConfRun): readonly ConfFile[] {
  return [mlperfConf, userConf].filter((file) => file !== undefined);
}

function entryFor({ model, scenario }: ConfRun, { entries }: ConfFile, key: string): ConfEntry | undefined {
  return confEntry(entries, key, model.confName, scenario);
}

function place({ path }: ConfFile, { line }: ConfEntry): string {
  return `${path} line ${line}`;
}
