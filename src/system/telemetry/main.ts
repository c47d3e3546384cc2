/** The sampler's own process: samples at a fixed interval with the lowest priority, and hands everything over at the end. */
import { constants, setPriority } from 'node:os';
import { localHost } from '../../base/host/host.js';
import { cpuSampler } from './cpu-sampler.js';
import { startGpuSampler } from './gpu-sampler.js';
import type { CpuSample, Samples } from './sample.js';

const [intervalMs = 1000, pid = process.ppid] = process.argv.slice(2, 4).map(Number);
/** The command to run beside; none where no GPU is to be sampled. */
const nvidiaSmi = process.argv[4];

const now = () => Number(process.hrtime.bigint());
try {
  setPriority(constants.priority.PRIORITY_LOW);
} catch {
  // Some sandboxes forbid it; sampling is cheap enough without.
}
const sample = cpuSampler(localHost(), pid, now);
const gpu = nvidiaSmi === undefined ? undefined : startGpuSampler(nvidiaSmi, intervalMs, now);
const cpu: CpuSample[] = [];
const take = () => cpu.push(sample());

take();
setInterval(take, intervalMs);
// Signals reach the whole process group; the run decides when sampling ends.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
process.on('disconnect', () => {
  gpu?.stop();
  process.exit(0);
});
process.on('message', () => {
  // A last interval of a few milliseconds would turn one tick of 10 ms into several CPUs' worth.
  if (cpu.length > 1 && now() - (cpu.at(-1)?.atNs ?? 0) < intervalMs * 5e5) cpu.pop();
  take();
  gpu?.stop();
  const used = process.cpuUsage();
  const samples: Samples = {
    cpu,
    gpu: gpu?.samples ?? [],
    gpuFault: gpu ? gpu.fault() : 'GPUs were not sampled',
    ownCpuS: (used.user + used.system) / 1e6,
  };
  process.send?.(samples, () => process.exit(0));
});
void (gpu?.started ?? Promise.resolve()).then(() => process.send?.('ready'));
