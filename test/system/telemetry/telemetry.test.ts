import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { startTelemetry } from '../../../src/system/telemetry/telemetry.js';

const linux = process.platform === 'linux';

function script(body: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'baremark-smi-')), 'nvidia-smi');
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

/** Works until this process has used so much CPU time; tells how much it really was. */
function burn(coreSeconds: number): number {
  const before = process.cpuUsage();
  for (;;) {
    const { user, system } = process.cpuUsage(before);
    if (user + system >= coreSeconds * 1e6) return (user + system) / 1e6;
  }
}

describe.skipIf(!linux)('telemetry (counters come from /proc: Linux only)', () => {
  it('measures this process while it works', async () => {
    const telemetry = startTelemetry({ intervalMs: 100, gpu: false, hypervisor: { value: 'none' } });
    await telemetry.ready;
    const seconds = burn(1);
    const { summary, seriesCsv } = await telemetry.stop();
    // Ticks are 10 ms, and the last interval reaches beyond the work.
    expect(summary.processCoreSeconds).toHaveProperty('value');
    if ('value' in summary.processCoreSeconds)
      expect(Math.abs(summary.processCoreSeconds.value - seconds)).toBeLessThan(0.15);
    expect(summary.samples).toBeGreaterThan(0);
    expect(summary.gpus).toEqual({ unavailable: 'GPUs were not sampled' });
    expect(parse(seriesCsv, { columns: true })).toHaveLength(summary.samples);
    expect(await telemetry.stop()).toBe(await telemetry.stop());
  });

  it('keeps one nvidia-smi running, and asks again by the newer name of a field', async () => {
    const log = join(mkdtempSync(join(tmpdir(), 'baremark-smi-')), 'calls');
    const smi = script(
      `echo call >> ${log}
case "$1" in *clocks_throttle_reasons*) echo 'Field "clocks_throttle_reasons.active" is not a valid field to query.'; exit 2;; esac
while true; do echo '0, GPU-a, 90, 10, 500, 1980, 2619, 400.00, 60, 0x0000000000000004'; sleep 0.1; done`,
    );
    const telemetry = startTelemetry({ intervalMs: 100, gpu: true, nvidiaSmi: smi });
    await telemetry.ready;
    const { summary } = await telemetry.stop();
    expect(summary.gpus).toMatchObject({
      value: [
        {
          uuid: 'GPU-a',
          powerW: { value: { mean: 400 } },
          throttling: { value: { 'software power cap': 1 } },
        },
      ],
    });
    expect(readFileSync(log, 'utf8')).toBe('call\ncall\n');
  });

  it('says why there is no GPU', async () => {
    const absent = startTelemetry({ intervalMs: 50, gpu: true, nvidiaSmi: '/nonexistent/nvidia-smi' });
    expect((await absent.stop()).summary.gpus).toEqual({ unavailable: 'nvidia-smi is not installed' });
    const broken = startTelemetry({ gpu: true, nvidiaSmi: script('echo No devices were found; exit 6') });
    expect((await broken.stop()).summary.gpus).toEqual({
      unavailable: 'nvidia-smi says: No devices were found',
    });
  });

  it('does not keep a process alive that forgets to stop it', async () => {
    const module = new URL('../../../dist/system/telemetry/telemetry.js', import.meta.url);
    const code = `import('${module}').then(({ startTelemetry }) => startTelemetry({ gpu: false }).ready)`;
    const { status, signal } = spawnSync(process.execPath, ['-e', code], { timeout: 15_000 });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
  });

  it('watches another process, and says so when there is none', async () => {
    const telemetry = startTelemetry({ intervalMs: 50, gpu: false, pid: 2 ** 22 + 1 });
    const { summary } = await telemetry.stop();
    expect(summary.processCores).toEqual({ unavailable: 'the process could not be observed' });
    expect(summary.systemCoreSeconds).toHaveProperty('value');
  });
});
