/** The choices among graphs of the same model: how its images come in, and which operators carry its attention. */
import { BaremarkError } from '../base/errors.js';
import type { GraphSpec } from '../graphs/spec.js';
import { show } from './check.js';

const choices = {
  bert: { fused: ['true', 'false'] },
  'ssd-resnet34': { input: ['float-nchw', 'uint8-nhwc'] },
} as const;

/**
 * The graph with these choices. Where nothing is chosen, an accelerator gets images as bytes and normalizes them
 * itself: 4.3 MB to copy for 1200×1200 pixels, and not 17. Choices of the other kind of model are left to it, since
 * one plan may run both. Throws `BAD_OPTION`.
 */
export function withChoices(
  graph: GraphSpec,
  given: Readonly<Record<string, unknown>>,
  device: string,
  where: string,
): GraphSpec {
  const all: Readonly<Record<string, readonly string[]>> = { ...choices.bert, ...choices['ssd-resnet34'] };
  for (const [key, value] of Object.entries(given)) {
    const allowed = Object.hasOwn(all, key) ? all[key] : undefined;
    if (allowed === undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `${where} has the key ${show(key)}; it knows ${Object.keys(all).join(' and ')}.`,
      );
    if (!allowed.includes(String(value)))
      throw new BaremarkError(
        'BAD_OPTION',
        `${where} says ${key}=${String(value)}; ${key} must be ${allowed.join(' or ')}.`,
      );
  }
  if (graph.kind === 'bert') return String(given.fused) === 'true' ? { ...graph, fused: true } : graph;
  const input = given.input ?? (device === 'cpu' ? graph.input : 'uint8-nhwc');
  return { ...graph, input: input as typeof graph.input };
}
