/** Examines what this machine offers for benchmarks and what is missing, with the command that closes each gap. */

import {
  type Gap,
  type ProviderState,
  providerGaps,
  providerState,
} from '../../backends/onnxruntime/cuda.js';
import { type DeviceSelection, parseDevices } from '../../backends/onnxruntime/devices.js';
import { findOnnxRuntime, type OnnxRuntimePlace } from '../../backends/onnxruntime/install.js';
import { checkProvider, type ProviderOutcome } from '../../backends/onnxruntime/provider-check.js';
import { readVulkan, type Vulkan } from '../../backends/onnxruntime/vulkan.js';
import { type Host, localHost } from '../../base/host/host.js';
import { indexLibraries } from '../../base/host/libraries.js';
import { known } from '../../base/measured.js';
import { takeFingerprint } from '../fingerprint.js';
import type { Fingerprint } from '../types.js';
import { type IssuerFacts, readIssuerFacts } from './issuer-facts.js';

interface ProviderFinding {
  /** What was opened: `cpu`, `cuda:0`, `tensorrt:0`, `webgpu`. */
  readonly device: string;
  readonly outcome: ProviderOutcome;
  /** What is missing for it; empty where it works or where nothing is known to help. */
  readonly gaps: readonly Gap[];
}

export interface DoctorReport {
  readonly schema: 'baremark-doctor/1';
  /** The device that `ok` is about. */
  readonly device: string;
  /** Whether every chosen device opens a session and runs a model. */
  readonly ok: boolean;
  readonly fingerprint: Fingerprint;
  readonly providers: readonly ProviderFinding[];
  readonly cuda: ProviderState;
  readonly tensorrt: ProviderState;
  readonly vulkan: Vulkan;
  readonly issuer: IssuerFacts;
  /** What makes measuring worse without making it impossible. */
  readonly advice: readonly Gap[];
}

export interface DoctorOptions {
  /** As `--device` takes it; `cuda:0` where there is an NVIDIA GPU, otherwise `cpu`, unless told. */
  readonly device?: string;
  readonly host?: Host;
  readonly runtime?: OnnxRuntimePlace;
  /** Opens sessions; replaced in tests. */
  readonly check?: typeof checkProvider;
}

function webgpuGaps(vulkan: Vulkan): readonly Gap[] {
  if (vulkan.loader === undefined)
    return [
      {
        problem: 'The Vulkan loader (libvulkan.so.1) is missing.',
        fix: 'apt-get install libvulkan1',
        runnable: true,
      },
    ];
  if (vulkan.drivers.length === 0)
    return [
      {
        problem: 'No Vulkan driver is installed.',
        fix: 'install the NVIDIA driver with its graphics libraries, or for a software driver: apt-get install mesa-vulkan-drivers (25 or later)',
        runnable: false,
      },
    ];
  return [
    {
      problem: `WebGPU takes none of the Vulkan drivers that are installed (${vulkan.drivers.join(', ')}).`,
      fix: 'install a newer driver (Mesa 25 or later, or NVIDIA’s), and see what vulkaninfo --summary lists',
      runnable: false,
    },
  ];
}

function issuerAdvice(issuer: IssuerFacts, { cpu, os }: Fingerprint): readonly Gap[] {
  const advice: Gap[] = [];
  const clock = known(os.clockSource);
  if (clock !== undefined && !/^(tsc|kvm-clock|hyperv_clocksource|arch_sys_counter|xen)/.test(clock))
    advice.push({
      problem: `The clock source ${clock} is slow to read, so timestamps cost more.`,
      fix: 'echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource',
      runnable: true,
    });
  const governor = known(cpu.governor);
  if (governor !== undefined && governor !== 'performance')
    advice.push({
      problem: `The CPU governor is ${governor}, so clocks change during a run.`,
      fix: 'sudo cpupower frequency-set -g performance',
      runnable: true,
    });
  if (known(issuer.realTime) === false)
    advice.push({
      problem:
        'The issuer may not run with real-time priority, so it can be late when inference uses every core.',
      // Capabilities on the node binary would make the loader ignore LD_LIBRARY_PATH, which CUDA needs; a limit does not.
      fix: 'echo "$USER - rtprio 99" | sudo tee /etc/security/limits.d/baremark.conf  # then log in again',
      runnable: true,
    });
  if ((known(cpu.logicalCpus) ?? 2) < 2)
    advice.push({
      problem: 'There is one CPU only, so the issuer and inference share it.',
      fix: 'give the VM two or more vCPUs',
      runnable: false,
    });
  return advice;
}

function selected(text: string, fingerprint: Fingerprint, host: Host): DeviceSelection {
  return parseDevices(text, { gpus: fingerprint.gpu.gpus, env: host.env });
}

/**
 * Examines the machine; opens a session on each provider, one after the other, each in its own process (seconds on a GPU).
 * Throws `UNKNOWN_DEVICE` where `device` is none.
 */
export async function doctorReport(options: DoctorOptions = {}): Promise<DoctorReport> {
  const { host = localHost(), runtime = findOnnxRuntime(), check = checkProvider } = options;
  const fingerprint = await takeFingerprint(host);
  const gpus = known(fingerprint.gpu.gpus) ?? [];
  const device = options.device ?? (gpus.length > 0 ? 'cuda:0' : 'cpu');
  const chosen = selected(device, fingerprint, host);
  const index = await indexLibraries(host);
  const cuda = providerState('cuda', runtime, index, host);
  const tensorrt = providerState('tensorrt', runtime, index, host);
  const vulkan = await readVulkan(host, index);
  const providers: ProviderFinding[] = [];
  for (const name of new Set(['cpu', 'cuda:0', 'tensorrt:0', 'webgpu', ...chosen.devices])) {
    const state = name.startsWith('tensorrt') ? tensorrt : name.startsWith('cuda') ? cuda : undefined;
    const outcome = await check(name, {
      runtime,
      env: environmentFor(state, name, chosen, host),
    });
    const gaps =
      outcome.kind === 'works'
        ? []
        : state
          ? providerGaps(state, fingerprint.gpu)
          : name === 'webgpu'
            ? webgpuGaps(vulkan)
            : [
                {
                  problem: 'ONNX Runtime does not open on the CPU.',
                  fix: 'npm install onnxruntime-node@1.29.0',
                  runnable: true,
                },
              ];
    providers.push({ device: name, outcome, gaps });
  }
  const issuer = await readIssuerFacts(host);
  return {
    schema: 'baremark-doctor/1',
    device,
    ok: chosen.devices.every((name) =>
      providers.some((finding) => finding.device === name && finding.outcome.kind === 'works'),
    ),
    fingerprint,
    providers,
    cuda,
    tensorrt,
    vulkan,
    issuer,
    advice: issuerAdvice(issuer, fingerprint),
  };
}

/** What `run` would start itself again with, so that the doctor sees what a run would see. */
function environmentFor(
  state: ProviderState | undefined,
  device: string,
  chosen: DeviceSelection,
  host: Host,
): Readonly<Record<string, string>> {
  if (!state) return {};
  const visible = chosen.devices.includes(device) ? chosen.cudaVisibleDevices : undefined;
  const path = [host.env.LD_LIBRARY_PATH, ...state.libraryPath].filter(Boolean).join(':');
  return {
    ...(path === '' ? {} : { LD_LIBRARY_PATH: path }),
    ...(visible === undefined ? {} : { CUDA_VISIBLE_DEVICES: visible }),
  };
}
