import { expect, it } from 'vitest';
import { defaultSettings, effectiveSettings, type Scenario } from '../../src/loadgen/index.js';
import { checkRecordFits, type SizedBy } from '../../src/run/measuring/memory.js';
import { thrown } from '../plan/thrown.js';

it.each<[Scenario, string, SizedBy?]>([
  ['Server', '--target-qps, --min-duration or --min-queries'],
  ['Server', '--min-duration or --min-queries', 'found rate'],
  ['Server', '--budget', 'search'],
  ['Offline', '--offline-expected-qps, --min-duration or --min-queries'],
  ['SingleStream', '--min-duration or --min-queries'],
  ['MultiStream', '--min-duration or --min-queries'],
])('a record of %s that does not fit names the options that size it', (scenario, options, sizedBy) => {
  const qsl = { totalSampleCount: 10, performanceSampleCount: 10 };
  const fault = thrown(() => checkRecordFits(effectiveSettings(defaultSettings(scenario), qsl), sizedBy, 1));
  expect(fault.code).toBe('NOT_ENOUGH_MEMORY');
  expect(fault.message).toContain(` are free; give a lower ${options}.`);
});
