/** A nested fingerprint as flat properties: `gpu.gpus.0.model` → value or why there is none. */
import type { Measured } from '../../base/measured.js';

export type Properties = ReadonlyMap<string, Measured<string>>;

/**
 * Every leaf of a fingerprint by its dotted path. A `{ value }` or `{ unavailable }` object is a leaf; inside a
 * measured value, further objects and lists are opened. Lists of plain values become one string.
 */
export function flatten(root: unknown): Properties {
  const out = new Map<string, Measured<string>>();
  visit(root, [], out);
  return out;
}

function visit(node: unknown, path: readonly string[], out: Map<string, Measured<string>>): void {
  const name = nameOf(path);
  if (node === undefined || node === null) return;
  if (typeof node !== 'object') {
    out.set(name, { value: textOf(path.at(-1) ?? '', node) });
  } else if (isUnavailable(node)) {
    out.set(name, { unavailable: node.unavailable });
  } else if (isValue(node)) {
    visit(node.value, path, out);
  } else if (Array.isArray(node) && node.every((item) => typeof item !== 'object')) {
    out.set(name, { value: node.length ? node.join(', ') : 'none' });
  } else {
    for (const [key, child] of Object.entries(node)) visit(child, [...path, key], out);
  }
}

/** Runtimes are called as their backends (`onnxruntime`); older files spell them as they do themselves (`onnxRuntime`). */
function nameOf(path: readonly string[]): string {
  const name = path.join('.');
  return path[0] === 'runtime' ? name.toLowerCase() : name;
}

function isUnavailable(node: object): node is { unavailable: string } {
  return 'unavailable' in node && typeof node.unavailable === 'string';
}

function isValue(node: object): node is { value: unknown } {
  return 'value' in node && Object.keys(node).length === 1;
}

/** Numbers with the unit that the field's name ends in. */
function textOf(field: string, value: unknown): string {
  if (typeof value !== 'number') return String(value);
  if (field.endsWith('Bytes')) return `${+(value / 2 ** 30).toFixed(1)} GiB`;
  if (field.endsWith('MiB')) return `${value} MiB`;
  if (field.endsWith('Mhz')) return `${value} MHz`;
  if (field.endsWith('W')) return `${value} W`;
  if (field.endsWith('Fraction')) return `${+(value * 100).toFixed(1)}%`;
  return String(value);
}
