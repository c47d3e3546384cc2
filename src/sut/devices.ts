/** Which devices a run uses, and what the process must be started with for them to work. */

import { parseDevices } from '../backends/onnxruntime/devices.js';
import { BaremarkError } from '../base/errors.js';
import { type Host, localHost } from '../base/host/host.js';
import type { BenchmarkPlan, PlannedRun } from '../plan/types.js';
import { readMachineGpus } from '../system/gpu/machine-gpus.js';
import type { GpuInventory } from '../system/types.js';
import { explainMissingCuda, launchEnvironment } from './launch.js';

/** Of a run, what decides about its devices. */
export type DeviceChoice = Pick<PlannedRun, 'backend' | 'device' | 'instances'>;

/**
 * The devices of a run by the names that its backend takes, each of which gets instances of its own.
 * Names of another backend's devices are that backend's to read.
 * @throws BaremarkError `UNKNOWN_DEVICE` for a device that is not there, `BAD_OPTION` for two instances on webgpu
 */
export function devicesOf(
  { backend, device, instances }: DeviceChoice,
  gpus?: GpuInventory['gpus'],
  env: NodeJS.ProcessEnv = process.env,
): readonly string[] {
  if (backend !== 'onnxruntime') return [device];
  if (device === 'webgpu' && instances !== 'auto' && instances > 1)
    throw new BaremarkError(
      'BAD_OPTION',
      `--instances is ${instances}, but ONNX Runtime's WebGPU provider works in one thread only; give --instances 1 with --device webgpu.`,
    );
  return parseDevices(device, { gpus, env }).devices;
}

function needsCuda({ backend, device }: DeviceChoice): boolean {
  return backend === 'onnxruntime' && /^(cuda|tensorrt)(:|$)/.test(device);
}

/**
 * Environment variables that this process would have to be started with for the plan's CUDA and TensorRT devices;
 * undefined where it was. Asks nothing of the machine where the plan has no such device.
 * @throws BaremarkError `UNKNOWN_DEVICE` with the one sentence that says what is missing and how to get it
 */
export async function launchNeeds(
  { runs }: Pick<BenchmarkPlan, 'runs'>,
  host: Host = localHost(),
): Promise<Readonly<Record<string, string>> | undefined> {
  const devices = [...new Set(runs.filter(needsCuda).map(({ device }) => device))];
  if (devices.length === 0) return undefined;
  const { gpus } = await readMachineGpus(host);
  const wanted: Record<string, string> = {};
  for (const device of devices) {
    const missing = await explainMissingCuda(device, host);
    if (missing !== undefined) throw new BaremarkError('UNKNOWN_DEVICE', missing);
    const selection = parseDevices(device, { gpus, env: host.env });
    const environment = (await launchEnvironment(selection, host)) ?? {};
    const visible = environment.CUDA_VISIBLE_DEVICES;
    if (visible !== undefined && (wanted.CUDA_VISIBLE_DEVICES ?? visible) !== visible)
      throw new BaremarkError(
        'UNKNOWN_DEVICE',
        `The plan's runs name different devices by UUID (${devices.join(' and ')}), which one process cannot use; run baremark once for each.`,
      );
    Object.assign(wanted, environment);
  }
  return Object.keys(wanted).length > 0 ? wanted : undefined;
}
