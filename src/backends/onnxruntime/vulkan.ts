/** Finds the Vulkan drivers and adapters that WebGPU would use. */
import { basename, join } from 'node:path';
import type { Host } from '../../base/host/host.js';
import type { LibraryIndex } from '../../base/host/libraries.js';

export interface VulkanAdapter {
  readonly name: string;
  /** `DISCRETE_GPU`, `VIRTUAL_GPU`, `CPU`, ... as Vulkan names them. */
  readonly type: string;
  readonly driver: string;
  readonly apiVersion: string;
}

export interface Vulkan {
  /** Where libvulkan.so.1 is, if anywhere. */
  readonly loader?: string;
  /** Driver descriptions (ICD files), e.g. `nvidia_icd.json`. */
  readonly drivers: readonly string[];
  /** As `vulkaninfo` lists them; absent where it is not installed. */
  readonly adapters?: readonly VulkanAdapter[];
}

/** Reads `vulkaninfo --summary`. */
export function parseVulkanSummary(output: string): readonly VulkanAdapter[] {
  return output
    .split(/^GPU\d+:$/m)
    .slice(1)
    .map((part) => {
      const field = (name: string) =>
        new RegExp(`^\\s*${name}\\s*=\\s*(.+)$`, 'm').exec(part)?.[1]?.trim() ?? '';
      return {
        name: field('deviceName'),
        type: field('deviceType').replace('PHYSICAL_DEVICE_TYPE_', ''),
        driver: `${field('driverName')} ${field('driverInfo')}`.trim(),
        apiVersion: field('apiVersion').split(' ')[0] ?? '',
      };
    });
}

export async function readVulkan(host: Host, index: LibraryIndex): Promise<Vulkan> {
  const named = host.env.VK_DRIVER_FILES ?? host.env.VK_ICD_FILENAMES;
  const folders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];
  const files = named
    ? named.split(':').filter((file) => host.exists(file))
    : folders.flatMap((folder) =>
        host
          .list(folder)
          .filter((name) => name.endsWith('.json'))
          .map((name) => join(folder, name)),
      );
  const summary = await host.run('vulkaninfo', ['--summary'], { timeoutMs: 5000 });
  return {
    loader: index.find('libvulkan.so.1')?.path,
    drivers: files.map((file) => basename(file)),
    adapters: summary.kind === 'exited' ? parseVulkanSummary(summary.stdout) : undefined,
  };
}
