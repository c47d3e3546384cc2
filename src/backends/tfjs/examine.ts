/** What `baremark doctor` examines of TF.js: which variants are installed, and whether each computes. */
import { known } from '../../base/measured.js';
import type { DeviceMachine, DeviceSelection } from '../devices/cuda.js';
import type { DeviceFinding, Examination, ExaminationRequest, Gap } from '../examination.js';
import { oneDevice } from './devices.js';
import { variantGaps } from './gaps.js';
import { findTfjs, type TfjsPlace, type TfjsVariant, tfjsVariants } from './install.js';
import { type Proof, proveTfjs } from './proof.js';

/** What an examination takes from the backend's devices; tests replace what is installed and how it is proved. */
export interface ExamineWith {
  /** The devices that a text stands for, by the names that the backend opens. */
  readonly select: (device: string, machine: DeviceMachine) => DeviceSelection;
  readonly place?: TfjsPlace;
  readonly prove?: typeof proveTfjs;
}

/** How the backend names the first device of a variant. */
function deviceOf(variant: TfjsVariant): string {
  return variant === 'cuda' ? 'cuda:0' : variant;
}

/** Shows the process one GPU: the one that a number stands for among those that are visible. */
function visibleOnly(device: string, visible: string | undefined): Readonly<Record<string, string>> {
  const number = device.split(':')[1];
  if (number === undefined) return {};
  return { CUDA_VISIBLE_DEVICES: visible?.split(',')[Number(number)] ?? visible ?? number };
}

function setupGap(variant: TfjsVariant): Gap {
  return {
    problem: `TF.js for ${variant} is not installed.`,
    fix: `baremark setup tfjs --device ${variant}`,
    runnable: true,
  };
}

/** Proves each variant that is installed or asked for, on the first device of its kind and on those asked for. */
export async function examine(
  request: ExaminationRequest,
  { select, place = findTfjs(), prove = proveTfjs }: ExamineWith,
): Promise<Examination> {
  const { host, gpus, device = known(gpus.gpus)?.length ? 'cuda:0' : 'cpu' } = request;
  const selection = select(device, { gpus: gpus.gpus, env: host.env });
  const selected = selection.devices;
  const findings: DeviceFinding[] = [];
  const versions: Record<string, string> = {};
  for (const name of new Set([...tfjsVariants.map(deviceOf), ...selected])) {
    const { variant } = oneDevice(name);
    const asked = request.device !== undefined && selected.includes(name);
    if (!place?.variants.includes(variant)) {
      const reason = `not installed (baremark setup tfjs --device ${variant})`;
      const gaps = asked ? [setupGap(variant)] : [];
      findings.push({ device: name, outcome: { kind: 'fails', reason }, gaps });
      continue;
    }
    const env = visibleOnly(name, selection.cudaVisibleDevices ?? host.env.CUDA_VISIBLE_DEVICES);
    const { outcome, version } = await prove(place, variant, { env });
    if (version !== undefined) versions[variant] = version;
    findings.push({ device: name, outcome, gaps: variantGaps(variant, place.root, outcome, { gpus, host }) });
  }
  return {
    device,
    selected,
    findings,
    facts: { root: place?.root, variants: place?.variants ?? [], versions },
    sections: [
      {
        title: 'TF.js (two matrices were multiplied on each)',
        rows: findings.map(({ device: label, outcome }) => ({
          label,
          text: rowText(outcome, versions[oneDevice(label).variant]),
        })),
      },
    ],
  };
}

function rowText(outcome: Proof['outcome'], version: string | undefined): string {
  if (outcome.kind === 'works')
    return `works, ${version ?? 'version unknown'} (${Math.round(outcome.ms)} ms)`;
  return outcome.reason.startsWith('not installed') ? outcome.reason : `${outcome.kind}: ${outcome.reason}`;
}
