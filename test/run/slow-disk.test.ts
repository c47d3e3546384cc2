import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { codeOf } from '../../src/cli/failure.js';
import { buildPlan } from '../../src/plan/build.js';
import { readRecord } from '../../src/results/read/record.js';
import { readResults } from '../../src/results/read/results.js';
import { runPlan } from '../../src/run/index.js';
import type { RunEvent } from '../../src/run/types.js';
import { percentile } from '../helpers/engine.js';

/** What the disk does when the record is written. */
const disk = vi.hoisted(() => ({ before: async (_path: string): Promise<void> => {} }));
vi.mock(import('../../src/results/write/record.js'), async (original) => {
  const { writeRecord } = await original();
  return {
    writeRecord: async (path, record) => {
      await disk.before(path);
      return writeRecord(path, record);
    },
  };
});

const folder = mkdtempSync(join(tmpdir(), 'baremark-disk-'));
const realTmp = process.env.TMPDIR;
const setTmp = (path: string | undefined) => {
  if (path === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = path;
};
afterEach(() => {
  disk.before = async () => {};
  setTmp(realTmp);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runPlanOf(out: string, onEvent: (event: RunEvent) => void = () => {}) {
  const plan = buildPlan({
    options: {
      model: ['bert-tiny'],
      scenario: ['Server'],
      backend: 'simulated',
      'backend-option': ['fixedMs=1'],
      'target-qps': '100',
      'min-duration': '1s',
      'min-queries': '50',
      warmup: '1',
      system: 'box',
      out,
    },
    folder: process.cwd(),
  });
  return runPlan(plan, { onEvent, signal: new AbortController().signal });
}

const runFolder = (out: string) => join(out, 'box', 'bert-tiny', 'Server', 'performance', 'run_1');

const full = async () => {
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
};

describe('a slow disk at the end', () => {
  it('changes nothing of what was measured, and nothing is under its name before all is written', async () => {
    const out = join(folder, 'slow');
    let meanwhile: string[] = [];
    disk.before = async () => {
      // The disk's own slowness: as long again as the run.
      await setTimeout(1000);
      meanwhile = readdirSync(runFolder(out));
    };
    const [document] = await runPlanOf(out);
    expect(meanwhile).toEqual([expect.stringMatching(/^\.part-/)]);
    const record = await readRecord(join(runFolder(out), 'queries.arrow'));
    const latencies = Array.from(record.completedNs, (done, i) => Math.floor(done - record.scheduledNs[i]!));
    expect(document!.result.latencyMs.p99).toBe(percentile(latencies, 0.99) / 1e6);
    expect(document!.result.durationS).toBe(Math.floor(Math.max(...record.completedNs)) / 1e9);
    expect(readdirSync(runFolder(out)).some((name) => name.startsWith('.part-'))).toBe(false);
  });
});

describe('a disk that is full at the end', () => {
  it('leaves nothing there, and keeps what was measured in the folder for temporary files', async () => {
    const out = join(folder, 'full');
    const tmp = join(folder, 'tmp');
    mkdirSync(tmp);
    setTmp(tmp);
    disk.before = async (path) => {
      if (path.startsWith(out)) await full();
    };
    const error = await runPlanOf(out).catch((thrown: Error) => thrown);
    const kept = join(tmp, readdirSync(tmp)[0]!);
    expect((error as Error).message).toMatch(
      /run_1 cannot be written because the disk is full; .*; what was measured \((VALID|INVALID), [\d.]+ samples\/s, p99 [\d.]+ ms\) is kept in /,
    );
    expect((error as Error).message).toContain(kept);
    expect(codeOf(error)).toBe(2);
    expect(existsSync(out)).toBe(false);
    const { systems, problems } = await readResults(kept);
    expect(problems).toEqual([]);
    expect(systems[0]!.runs.map(({ benchmark, queries }) => ({ benchmark, queries }))).toEqual([
      { benchmark: 'bert-tiny', queries: expect.any(Number) },
    ]);
  });

  it('leaves a run that is complete finished, and says so, where a table beside it cannot be written', async () => {
    const out = join(folder, 'no-table');
    mkdirSync(join(out, 'summary.csv'), { recursive: true });
    const finished: string[] = [];
    const onEvent = (event: RunEvent) => {
      if (event.type === 'finished') finished.push(event.folder);
    };
    await expect(runPlanOf(out, onEvent)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining(`the run itself is complete in ${runFolder(out)}`),
    });
    expect(finished).toEqual([runFolder(out)]);
  });

  it('is told with what was measured where that can be kept nowhere', async () => {
    setTmp(join(folder, 'no-such-folder'));
    disk.before = full;
    await expect(runPlanOf(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringMatching(
        /the disk is full.*; what was measured, (VALID|INVALID), .* ms, could not be kept in .*no-such-folder either\.$/,
      ),
    });
  });

  const tmpfs = join(folder, 'tmpfs');
  const mountable = (() => {
    mkdirSync(tmpfs);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', tmpfs], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();
  afterAll(() => {
    if (mountable) execFileSync('umount', [tmpfs]);
  });
  it.skipIf(!mountable)(
    `holds for a real file system that fills up in mid-run${mountable ? '' : ' (skipped: mounting one needs root)'}`,
    async () => {
      const out = join(tmpfs, 'out');
      const tmp = join(folder, 'tmp2');
      mkdirSync(tmp);
      setTmp(tmp);
      const fill = (event: RunEvent) => {
        if (event.type !== 'progress') return;
        try {
          writeFileSync(join(tmpfs, 'filler'), new Uint8Array(32 * 2 ** 20));
        } catch {
          // Full, as intended.
        }
      };
      await expect(runPlanOf(out, fill)).rejects.toThrow(/the disk is full.*is kept in /);
      expect(existsSync(out)).toBe(false);
      expect(readdirSync(tmp)).toHaveLength(1);
    },
  );
});
