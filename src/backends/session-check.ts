/** Whether what a backend opened is a session: found out before anything is laid out for it. */
import { bytesPerElement } from '../base/tensor.js';
import type { Session } from './backend.js';

/** What is wrong with it, which completes `open() gave no session that can be used: `; undefined where nothing is. */
export function sessionProblem(opened: unknown): string | undefined {
  if (typeof opened !== 'object' || opened === null) return `it gave ${kindOf(opened)}`;
  const { inputs, outputs, provider, run, close } = opened as Partial<Record<keyof Session, unknown>>;
  const problem = infosProblem('inputs', inputs) ?? infosProblem('outputs', outputs);
  if (problem !== undefined) return problem;
  if (typeof provider !== 'string' || provider === '') return 'provider is not a name';
  if (typeof run !== 'function') return 'run is not a function';
  return typeof close === 'function' ? undefined : 'close is not a function';
}

function infosProblem(what: 'inputs' | 'outputs', infos: unknown): string | undefined {
  if (!Array.isArray(infos)) return `${what} is not a list`;
  const names = new Set<string>();
  for (const info of infos) {
    const { name, type, dims } = Object(info) as Record<string, unknown>;
    if (typeof name !== 'string' || name === '') return `one of ${what} has no name`;
    if (names.has(name)) return `two of ${what} are called ${name}`;
    names.add(name);
    if (!Object.hasOwn(bytesPerElement, String(type)))
      return `the type of ${name} is not one of ${Object.keys(bytesPerElement).join(', ')}`;
    if (!Array.isArray(dims)) return `the dims of ${name} are not a list`;
    const wrong = dims.findIndex((dim) => typeof dim !== 'string' && !(Number.isInteger(dim) && dim >= 1));
    if (wrong >= 0)
      return `dimension ${wrong} of ${name} is ${typeof dims[wrong] === 'number' ? dims[wrong] : kindOf(dims[wrong])}, neither a whole number from 1 on nor the name of a dynamic one`;
  }
  return undefined;
}

/** `null`, `undefined`, `a number`, `an array`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
