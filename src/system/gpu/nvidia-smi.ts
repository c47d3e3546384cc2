/** Reads the machine's NVIDIA GPUs from `nvidia-smi -q -x`, and the names of MIG devices from `nvidia-smi -L`. */
import { XMLParser } from 'fast-xml-parser';
import { messageOf } from '../../base/errors.js';
import { type CommandOutcome, type Host, localHost } from '../../base/host/host.js';
import { known, type Measured, measured, orUnavailable, unavailable } from '../../base/measured.js';
import type { Gpu, GpuInventory, MigDevice } from '../types.js';
import { type GpuContext, gpuShare, migShare } from './share.js';

type Element = { readonly [name: string]: Element | string | undefined | readonly unknown[] };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  isArray: (name, path) =>
    path === 'nvidia_smi_log.gpu' ||
    (name === 'mig_device' && String(path).endsWith('mig_devices.mig_device')),
});

/** The text at a path of element names, or why there is none. */
function text(element: unknown, ...path: string[]): Measured<string> {
  let here: unknown = element;
  for (const name of path) here = (here as Element | undefined)?.[name];
  const why = `nvidia-smi does not report ${path.join('/')}`;
  if (typeof here !== 'string' || here.trim() === '') return unavailable(why);
  const said = here.trim();
  return /^(\[?N\/A\]?|\[?(Not|Unknown|Requested|Insufficient|GPU is lost).*)$/i.test(said)
    ? unavailable(`nvidia-smi says ${said} for ${path.at(-1)}`)
    : measured(said);
}

/** The number before the unit at a path, e.g. 250 of `250.00 W`, 16 of `16x`. */
function number(element: unknown, ...path: string[]): Measured<number> {
  const said = text(element, ...path);
  if ('unavailable' in said) return said;
  const value = Number.parseFloat(said.value);
  return Number.isFinite(value)
    ? measured(value)
    : unavailable(`nvidia-smi says ${said.value} for ${path.at(-1)}`);
}

/** The first field that is measured; failing that, the driver's own word for why, before our "does not report". */
function firstOf<T>(...fields: readonly [Measured<T>, ...Measured<T>[]]): Measured<T> {
  const said = (field: Measured<T>) =>
    'unavailable' in field && field.unavailable.startsWith('nvidia-smi says');
  return fields.find((field) => 'value' in field) ?? fields.find(said) ?? fields[0];
}

/** `uuids` of MIG devices and their profiles, by GPU index and MIG index, as `nvidia-smi -L` lists them. */
type MigNames = ReadonlyMap<string, { readonly uuid: string; readonly profile: string }>;

/** Reads `nvidia-smi -L`; keys are `gpu/device`, e.g. `0/1`. */
function parseGpuList(output: string): MigNames {
  const names = new Map<string, { uuid: string; profile: string }>();
  let gpu = '';
  for (const line of output.split(/\r?\n/)) {
    gpu = /^GPU (\d+):/.exec(line)?.[1] ?? gpu;
    const mig = /^\s+MIG (\S+)\s+Device\s+(\d+):\s+\(UUID: (\S+)\)/.exec(line);
    if (mig?.[1] && mig[2] && mig[3]) names.set(`${gpu}/${mig[2]}`, { uuid: mig[3], profile: mig[1] });
  }
  return names;
}

function migDevice(
  element: unknown,
  position: number,
  gpuIndex: number,
  cardMiB: number | undefined,
  names: MigNames,
): MigDevice {
  const index = known(number(element, 'index')) ?? position;
  const listed = names.get(`${gpuIndex}/${index}`);
  const memoryMiB = number(element, 'fb_memory_usage', 'total');
  const multiprocessors = number(element, 'device_attributes', 'shared', 'multiprocessor_count');
  return {
    index,
    gpuInstanceId: known(number(element, 'gpu_instance_id')),
    uuid: firstOf(
      orUnavailable(listed?.uuid, 'nvidia-smi -L does not list this MIG device'),
      text(element, 'uuid'),
    ),
    memoryMiB,
    multiprocessors,
    share: migShare(listed?.profile, memoryMiB, known(multiprocessors), cardMiB),
  };
}

function gpu(element: Element, index: number, names: MigNames, context: GpuContext): Gpu {
  const memoryMiB = number(element, 'fb_memory_usage', 'total');
  const migElements = (element.mig_devices as Element | undefined)?.mig_device;
  const migDevices = (Array.isArray(migElements) ? migElements : []).map((device, position) =>
    migDevice(device, position, index, known(memoryMiB), names),
  );
  const model = text(element, 'product_name');
  const eccMode = text(element, 'ecc_mode', 'current_ecc');
  const link = (kind: string, name: string) => number(element, 'pci', 'pci_gpu_link_info', kind, name);
  return {
    index,
    busId: typeof element['@id'] === 'string' ? element['@id'] : undefined,
    model,
    architecture: text(element, 'product_architecture'),
    uuid: text(element, 'uuid'),
    share: gpuShare(
      {
        model: known(model),
        virtualizationMode: known(text(element, 'gpu_virtualization_mode', 'virtualization_mode')),
        migMode: known(text(element, 'mig_mode', 'current_mig')),
        memoryMiB,
        migDevices,
      },
      context,
    ),
    migDevices,
    memoryMiB,
    ecc: 'value' in eccMode ? measured(eccMode.value === 'Enabled' ? 'on' : 'off') : eccMode,
    // Drivers from 530 on renamed the block; both spellings are met in the field.
    powerLimitW: firstOf(
      number(element, 'gpu_power_readings', 'current_power_limit'),
      number(element, 'gpu_power_readings', 'power_limit'),
      number(element, 'power_readings', 'enforced_power_limit'),
      number(element, 'power_readings', 'power_limit'),
    ),
    smClockMhz: number(element, 'clocks', 'sm_clock'),
    maxSmClockMhz: number(element, 'max_clocks', 'sm_clock'),
    memoryClockMhz: number(element, 'clocks', 'mem_clock'),
    maxMemoryClockMhz: number(element, 'max_clocks', 'mem_clock'),
    pcieGeneration: link('pcie_gen', 'current_link_gen'),
    maxPcieGeneration: link('pcie_gen', 'max_link_gen'),
    pcieWidth: link('link_widths', 'current_link_width'),
    maxPcieWidth: link('link_widths', 'max_link_width'),
  };
}

function none(why: string): GpuInventory {
  return { driver: unavailable(why), cuda: unavailable(why), gpus: unavailable(why) };
}

/** Reads the XML of `nvidia-smi -q -x`; `list` is the output of `nvidia-smi -L`, wanted where MIG is enabled. */
export function parseNvidiaSmi(xml: string, context: GpuContext, list = ''): GpuInventory {
  try {
    const log = (parser.parse(xml) as Element).nvidia_smi_log as Element | undefined;
    if (typeof log !== 'object') return none(`nvidia-smi printed no inventory: ${firstLine(xml)}`);
    const names = parseGpuList(list);
    const elements = Array.isArray(log.gpu) ? (log.gpu as readonly Element[]) : [];
    return {
      driver: text(log, 'driver_version'),
      cuda: text(log, 'cuda_version'),
      gpus: measured(elements.map((element, index) => gpu(element, index, names, context))),
    };
  } catch (error) {
    return none(`nvidia-smi's output could not be read (${messageOf(error)})`);
  }
}

function firstLine(output: string): string {
  return output.trim().split(/\r?\n/)[0]?.slice(0, 200) || 'it said nothing';
}

/** Why `nvidia-smi` gave no inventory, as a reason that completes "unavailable because ...". */
export function nvidiaSmiFault(outcome: CommandOutcome): string | undefined {
  if (outcome.kind === 'missing')
    return 'nvidia-smi is not installed, so there is no NVIDIA driver or its tools are not on the PATH';
  if (outcome.kind === 'timeout') return 'nvidia-smi did not answer in time; the GPU or its driver may hang';
  const said = `${outcome.stdout}\n${outcome.stderr}`;
  if (/Driver\/library version mismatch/i.test(said))
    return 'the NVIDIA kernel module and its libraries differ in version (the driver was updated; restart the machine)';
  if (/couldn't communicate with the NVIDIA driver/i.test(said))
    return 'nvidia-smi cannot reach the NVIDIA driver; its kernel module is not loaded';
  if (/No devices were found/i.test(said)) return 'the NVIDIA driver is loaded but finds no device';
  if (outcome.code !== 0)
    return `nvidia-smi ended with code ${outcome.code}: ${firstLine(outcome.stdout || outcome.stderr)}`;
  return undefined;
}

/** Asks `nvidia-smi`; never throws. Takes 50 ms to 1 s, longer where the driver is not kept loaded by persistence mode. */
export async function readGpuInventory(context: GpuContext, host: Host = localHost()): Promise<GpuInventory> {
  const query = await host.run('nvidia-smi', ['-q', '-x'], { timeoutMs: 8000 });
  const fault = nvidiaSmiFault(query);
  if (fault !== undefined || query.kind !== 'exited') return none(fault ?? 'nvidia-smi gave no answer');
  // The XML names neither the UUID nor the profile of a MIG device; only the list does.
  const list = /<mig_device>/.test(query.stdout)
    ? await host.run('nvidia-smi', ['-L'], { timeoutMs: 8000 })
    : undefined;
  return parseNvidiaSmi(query.stdout, context, list?.kind === 'exited' ? list.stdout : '');
}
