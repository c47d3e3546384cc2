/** What `baremark doctor` examines of ONNX Runtime: its execution providers, NVIDIA's libraries, and Vulkan for WebGPU. */
import type { Host } from '../../../base/host/host.js';
import { indexLibraries } from '../../../base/host/libraries.js';
import { known } from '../../../base/measured.js';
import type { DeviceSelection } from '../../devices/cuda.js';
import type { MachineGpus } from '../../devices/machine-gpus.js';
import type {
  DeviceFinding,
  DeviceOutcome,
  Examination,
  ExaminationRequest,
  Gap,
} from '../../examination.js';
import { type ProviderState, providerGaps, providerState } from '../cuda.js';
import { selectDevices } from '../devices.js';
import { findOnnxRuntime, type OnnxRuntimePlace } from '../install.js';
import { checkProvider } from '../provider-check.js';
import { readProvider } from '../providers.js';
import { readVulkan, type Vulkan } from '../vulkan.js';
import type { OnnxRuntimeFacts } from './facts.js';
import { sectionsOf } from './sections.js';

/** Examined on every machine, beside the devices that were asked for. */
const usualDevices = ['cpu', 'cuda:0', 'tensorrt:0', 'webgpu'];

/** The same as a run sees; tests replace what is installed and how sessions are opened. */
export interface Installed {
  readonly runtime?: OnnxRuntimePlace;
  readonly check?: typeof checkProvider;
}

export async function examine(
  { host, gpus, device = preferred(gpus) }: ExaminationRequest,
  { runtime = findOnnxRuntime(), check = checkProvider }: Installed = {},
): Promise<Examination> {
  const selection = selectDevices(device, { gpus: gpus.gpus, env: host.env });
  const libraries = await indexLibraries(host);
  const facts = {
    cuda: providerState('cuda', runtime, libraries, host),
    tensorrt: providerState('tensorrt', runtime, libraries, host),
    vulkan: await readVulkan(host, libraries),
  };
  const findings: DeviceFinding[] = [];
  for (const name of new Set([...usualDevices, ...selection.devices])) {
    const outcome = await check(name, { runtime, env: environmentFor(name, facts, selection, host) });
    findings.push({ device: name, outcome, gaps: gapsOf(name, outcome, facts, gpus) });
  }
  const sections = sectionsOf(findings, facts);
  return { device, selected: selection.devices, findings, facts, sections };
}

/** What a benchmark is about: the GPU where there is one. */
function preferred({ gpus }: MachineGpus): string {
  return known(gpus)?.length ? 'cuda:0' : 'cpu';
}

/** The state of the provider behind a device; undefined for devices that are not NVIDIA's. */
function stateOf(device: string, facts: OnnxRuntimeFacts): ProviderState | undefined {
  const { kind } = readProvider(device);
  return kind === 'cuda' || kind === 'tensorrt' ? facts[kind] : undefined;
}

/** What `run` would start itself again with, so that the doctor sees what a run would see. */
function environmentFor(
  device: string,
  facts: OnnxRuntimeFacts,
  selection: DeviceSelection,
  host: Host,
): Readonly<Record<string, string>> {
  const state = stateOf(device, facts);
  if (!state) return {};
  const visible = selection.devices.includes(device) ? selection.cudaVisibleDevices : undefined;
  const path = [host.env.LD_LIBRARY_PATH, ...state.libraryPath].filter(Boolean).join(':');
  return {
    ...(path === '' ? {} : { LD_LIBRARY_PATH: path }),
    ...(visible === undefined ? {} : { CUDA_VISIBLE_DEVICES: visible }),
  };
}

function gapsOf(
  device: string,
  outcome: DeviceOutcome,
  facts: OnnxRuntimeFacts,
  gpus: MachineGpus,
): readonly Gap[] {
  if (outcome.kind === 'works') return [];
  const state = stateOf(device, facts);
  if (state) return providerGaps(state, gpus);
  return readProvider(device).kind === 'webgpu' ? webgpuGaps(facts.vulkan) : cpuGaps;
}

const cpuGaps: readonly Gap[] = [
  {
    problem: 'ONNX Runtime does not open on the CPU.',
    fix: 'npm install onnxruntime-node@1.29.0',
    runnable: true,
  },
];

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
