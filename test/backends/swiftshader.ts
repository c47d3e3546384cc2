/** A software Vulkan driver for WebGPU without a GPU: SwiftShader and a Vulkan loader out of an npm package, fetched by npm. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { cacheDir } from '../../src/base/files.js';

/** MIT; SwiftShader itself is Apache-2.0. 68 MB, of which 3 are unpacked. */
const source = '@sparticuz/chromium@147.0.0';
const icd = 'vk_swiftshader_icd.json';

type Found =
  | { readonly env: Readonly<Record<string, string>> }
  /** Why there is none, as words that complete "skipped because". */
  | { readonly missing: string };

/** Variables a process must be started with to see SwiftShader; fetched once and kept in baremark's cache. */
export function swiftshader(): Found {
  if (platform() !== 'linux' || arch() !== 'x64')
    return { missing: `SwiftShader is packaged for linux x64, not ${platform()} ${arch()}` };
  const folder = join(cacheDir(), 'swiftshader-147.0.0');
  try {
    if (!existsSync(join(folder, icd))) fetchInto(folder);
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { missing: `${source} could not be fetched with npm (${said})` };
  }
  const files = join(folder, icd);
  return { env: { LD_LIBRARY_PATH: folder, VK_DRIVER_FILES: files, VK_ICD_FILENAMES: files } };
}

function fetchInto(folder: string): void {
  mkdirSync(cacheDir(), { recursive: true });
  const part = mkdtempSync(`${folder}.`);
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { cwd: part, stdio: ['pipe', 'ignore', 'pipe'], timeout: 60_000 });
  try {
    run('npm', 'pack', source, '--ignore-scripts', '--loglevel=error');
    const archive = readdirSync(part).find((name) => name.endsWith('.tgz'))!;
    run('tar', '-xzf', archive, 'package/bin/swiftshader.tar.br');
    const tar = brotliDecompressSync(readFileSync(join(part, 'package/bin/swiftshader.tar.br')));
    const whole = join(part, 'whole');
    mkdirSync(whole);
    execFileSync('tar', ['-xf', '-', '-C', whole, '--no-same-owner'], {
      input: tar,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    if (!existsSync(folder)) renameSync(whole, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}
