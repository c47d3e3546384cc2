/** LoadGen's logs: what we write of a run is read back from it, and what is damaged is a sentence, never another number. */
import { describe, expect, it } from 'vitest';
import { BaremarkError } from '../../src/base/errors.js';
import { detailLog } from '../../src/loadgen/logs/detail.js';
import { formatReal } from '../../src/loadgen/logs/number-format.js';
import { effectiveSettings } from '../../src/loadgen/settings/effective.js';
import { defaultSettings, scenarios } from '../../src/loadgen/settings/settings.js';
import { type Summary, summarize } from '../../src/loadgen/summary/summary.js';
import { summaryText } from '../../src/loadgen/summary/text.js';
import { disagreement } from '../../src/results/read/cross-check.js';
import { type DetailLog, parseDetailLog } from '../../src/results/read/detail-log.js';
import { percentileNames } from '../../src/results/read/percentile-names.js';
import { parseSummaryLog } from '../../src/results/read/summary-log.js';
import { check, fc } from './check.js';

const qsl = { totalSampleCount: 1000, performanceSampleCount: 100 };
const ns = (most: number) => fc.integer({ min: 1, max: most });

/** A finished run of any scenario: some hundred queries, of which the last was done at some time. */
const summary = fc
  .record({
    scenario: fc.constantFrom(...scenarios),
    latencies: fc.array(ns(2_000_000_000), { minLength: 2, maxLength: 300 }),
    seeds: fc.tuple(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    ),
    qps: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    minDurationMs: fc.integer({ min: 0, max: 600_000 }),
    minQueryCount: fc.integer({ min: 1, max: 400 }),
    endsNs: ns(600_000_000_000),
    errors: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    reasons: fc.array(fc.constantFrom('2 of 5 samples failed.', 'A thread was lost.'), { maxLength: 2 }),
  })
  .map((given): Summary => {
    const { scenario, latencies, qps, endsNs } = given;
    const settings = {
      ...defaultSettings(scenario),
      serverTargetQps: qps,
      offlineExpectedQps: qps,
      minDurationMs: given.minDurationMs,
      minQueryCount: given.minQueryCount,
      qslRngSeed: given.seeds[0],
      scheduleRngSeed: given.seeds[1],
    };
    const values = { count: latencies.length, at: (i: number) => latencies[i]! };
    return summarize({
      effective: effectiveSettings(settings, qsl),
      sutName: 'SUT',
      latencies: values,
      sampleLatencies: scenario === 'MultiStream' ? values : undefined,
      queryCount: latencies.length,
      sampleCount: latencies.length,
      maxLatencyNs: Math.max(...latencies),
      finalQueryScheduledNs: endsNs,
      finalQueryIssuedNs: endsNs + 1000,
      finalQueryAllSamplesDoneNs: endsNs + latencies.at(-1)!,
      warnings: [],
      errors: given.errors,
      otherReasons: given.reasons,
    });
  });

function detailLines(of: Summary): string[] {
  const lines = detailLog({
    effective: of.facts.effective,
    qsl,
    qslName: 'QSL',
    sutName: 'SUT',
    version: 'baremark',
    openedAt: 0,
    beganAt: 1,
    endedAt: 2,
    pid: 1,
    sets: [],
    warnings: of.facts.warnings,
    errors: of.facts.errors,
    summary: of,
  });
  return [...lines].map((line) => line.trimEnd());
}

describe('a summary that was written', () => {
  it('is read back with its figures, its verdict and its parameters', () => {
    check(
      fc.property(summary, (written) => {
        const { effective } = written.facts;
        const stats = written.queryLatency ?? written.sampleLatency;
        const read = parseSummaryLog('summary', summaryText(written).split('\n'));
        expect(read.scenario).toBe(effective.scenario);
        expect(read.outcome.kind).toBe(written.valid ? 'valid' : 'invalid');
        const { min, max, mean, percentiles } = stats;
        expect(read.latencyNs).toEqual({
          min,
          max,
          mean,
          ...Object.fromEntries(percentileNames.map((name, i) => [name, percentiles[i]])),
        });
        // Offline's rate has six digits, Server's two decimals, a latency all of them.
        const { value } = written.headline;
        if (effective.scenario === 'Offline') expect(read.headline.value).toBe(Number(formatReal(value)));
        else if (effective.scenario === 'Server')
          expect(Math.abs(read.headline.value - value)).toBeLessThanOrEqual(0.00501);
        else expect(read.headline.value).toBe(value);
        expect(read.parameters.get('min_query_count')).toBe(effective.minQueryCount);
        expect(read.parameters.get('min_duration (ms)')).toBe(effective.requested.minDurationMs);
        expect(read.parameters.get('samples_per_query')).toBe(effective.samplesPerQuery);
        expect(read.parameters.get('target_qps')).toBe(Number(formatReal(effective.targetQps)));
      }),
    );
  });

  it('agrees with the detail log of the same run', () => {
    check(
      fc.property(summary, (written) => {
        const read = parseSummaryLog('summary', summaryText(written).split('\n'));
        const detail = parseDetailLog('detail', detailLines(written));
        expect(detail.damaged).toBe(0);
        expect(disagreement(read, detail)).toBeUndefined();
      }),
    );
  });

  it('does not agree with the detail log of a run with another latency', () => {
    check(
      fc.property(
        summary,
        fc.constantFrom('50.00', '99.00'),
        fc.integer({ min: 1, max: 9 }),
        (written, name, more) => {
          const read = parseSummaryLog('summary', summaryText(written).split('\n'));
          const { values } = parseDetailLog('detail', detailLines(written));
          const query = written.queryLatency ? 'per_query_' : '';
          const key = `result_${name}_percentile_${query}latency_ns`;
          // Beyond the six digits in which a log of LoadGen's may have it.
          const other = Number(values.get(key)) * (1 + more / 1000) + more;
          const changed: DetailLog = { values: new Map(values).set(key, other), damaged: 0 };
          expect(disagreement(read, changed)).toContain(key);
        },
      ),
    );
  });
});

describe('a detail log that was written', () => {
  it('is read back with every setting, seeds to the last digit', () => {
    check(
      fc.property(summary, (written) => {
        const { effective } = written.facts;
        const { values } = parseDetailLog('detail', detailLines(written));
        const seed = (value: bigint) =>
          value > BigInt(Number.MAX_SAFE_INTEGER) ? String(value) : Number(value);
        expect(values.get('effective_qsl_rng_seed')).toBe(seed(effective.qslRngSeed));
        expect(values.get('effective_schedule_rng_seed')).toBe(seed(effective.scheduleRngSeed));
        expect(values.get('effective_scenario')).toBe(effective.scenario);
        expect(values.get('effective_min_query_count')).toBe(effective.minQueryCount);
        expect(values.get('result_validity')).toBe(written.valid ? 'VALID' : 'INVALID');
        expect(values.get('num_errors')).toBe(written.facts.errors.length);
        if (written.facts.errors.length > 0)
          expect(values.get('error_runtime')).toBe(written.facts.errors.at(-1));
      }),
    );
  });
});

/** What the parsers may do with any lines at all: read them, or refuse them in one sentence. */
function refusal(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (!(error instanceof BaremarkError)) throw error;
    return error.message;
  }
}

describe('a log that was damaged', () => {
  const damage = fc.tuple(
    fc.constantFrom('drop', 'double', 'swap', 'cut', 'digit', 'insert'),
    fc.nat(),
    fc.nat(),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }),
  );

  function damaged(
    lines: readonly string[],
    [kind, a, b, text]: readonly [string, number, number, string],
  ): string[] {
    const at = a % lines.length;
    const line = lines[at]!;
    const column = b % (line.length + 1);
    const instead: Readonly<Record<string, readonly string[]>> = {
      drop: [],
      double: [line, line],
      swap: [lines[b % lines.length]!],
      cut: [line.slice(0, column)],
      digit: [line.slice(0, column) + String(b % 10) + line.slice(column + 1)],
      insert: [line.slice(0, column) + text + line.slice(column)],
    };
    return lines.toSpliced(at, 1, ...instead[kind]!);
  }

  it('gives the figures that were written, or a sentence, or a detail log that says otherwise', () => {
    check(
      fc.property(summary, damage, (written, how) => {
        const lines = summaryText(written).split('\n');
        const detail = parseDetailLog('detail', detailLines(written));
        const before = parseSummaryLog('summary', lines);
        let said: string | undefined;
        const sentence = refusal(() => {
          const read = parseSummaryLog('summary', damaged(lines, how));
          said = disagreement(read, detail);
          if (said === undefined)
            expect([read.headline, read.latencyNs, read.outcome.kind]).toEqual([
              before.headline,
              before.latencyNs,
              before.outcome.kind,
            ]);
        });
        if (sentence !== undefined) expect(sentence).toMatch(/^summary [^\n]+\.$/);
      }),
      600,
    );
  });

  it('of details is read, counted as damaged, or refused', () => {
    check(
      fc.property(summary, damage, (written, how) => {
        const sentence = refusal(() => parseDetailLog('detail', damaged(detailLines(written), how)));
        if (sentence !== undefined)
          expect(sentence).toMatch(/^detail says both .*: two runs were logged into one file\.$/);
      }),
    );
  });

  it('beyond recognition is refused as well', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'MLPerf Results Summary',
        'Scenario : Server',
        'Mode : PerformanceOnly',
        'Result is : VALID',
        ':',
      ),
      fc.string({ unit: 'grapheme' }),
      fc.json().map((json) => `:::MLLOG ${json}`),
    );
    check(
      fc.property(fc.array(piece, { maxLength: 12 }), (lines) => {
        expect(refusal(() => parseSummaryLog('summary', lines))).toMatch(/^summary /);
        refusal(() => parseDetailLog('detail', lines));
      }),
    );
  });
});
