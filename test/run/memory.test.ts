import { expect, it } from 'vitest';
import { defaultSettings, effectiveSettings, type Scenario } from '../../src/loadgen/index.js';
import { checkRecordFits } from '../../src/run/measuring/memory.js';
import { thrown } from '../plan/thrown.js';

it.each<[Scenario, string]>([
  ['Server', '--target-qps, --min-duration or --min-queries'],
  ['Offline', '--offline-expected-qps, --min-duration or --min-queries'],
  ['SingleStream', '--min-duration or --min-queries'],
  ['MultiStream', '--min-duration or --min-queries'],
])('a record of %s that does not fit names the options that size it', (scenario, options) => {
  const qsl = { totalSampleCount: 10, performanceSampleCount: 10 };
  const fault = thrown(() => checkRecordFits(effectiveSettings(defaultSettings(scenario), qsl), 1));
  expect(fault.code).toBe('NOT_ENOUGH_MEMORY');
  expect(fault.message).toContain(` are free; give a lower ${options}.`);
});
