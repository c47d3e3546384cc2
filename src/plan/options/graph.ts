/** The choices among graphs of the same model: how it takes images, where boxes are suppressed, which operators it uses. */
import type { ComputesOn } from '../../backends/profile.js';
import { BaremarkError } from '../../base/errors.js';
import { orList, show } from '../../base/suggest.js';
import type { GraphSpec } from '../../graphs/spec.js';
import type { Effect } from './def.js';

const choices = {
  bert: { fused: ['true', 'false'] },
  ssd: { input: ['float-nchw', 'uint8-nhwc'], nms: ['graph', 'host'] },
} as const;

/** The models that each choice is one of. */
export const choiceEffects: Readonly<Record<string, Effect>> = {
  fused: { tasks: ['bert'], built: true },
  input: { tasks: ['ssd'], built: true },
  nms: { tasks: ['ssd'], built: true },
};

/** The choices of a graph by their names. */
export function choicesOf(graph: GraphSpec): Readonly<Record<string, string>> {
  return graph.kind === 'bert'
    ? { fused: String(graph.fused === true) }
    : { input: graph.input, nms: graph.nms };
}

/** What decides where nothing is chosen. */
export interface GraphDefaults {
  readonly computesOn: ComputesOn;
  /** Whether the backend cannot suppress boxes in the graph. */
  readonly hostNms: boolean;
}

/**
 * The graph with these choices. Where nothing is chosen, an accelerator gets images as bytes and normalizes them
 * itself: 4.3 MB to copy for 1200×1200 pixels instead of 17 MB. Choices for the other kind of model are ignored, since
 * one plan may run both. Throws `BAD_OPTION`.
 */
export function withChoices(
  graph: GraphSpec,
  given: Readonly<Record<string, unknown>>,
  { computesOn, hostNms }: GraphDefaults,
  where: string,
): GraphSpec {
  const all: Readonly<Record<string, readonly string[]>> = { ...choices.bert, ...choices.ssd };
  for (const [key, value] of Object.entries(given)) {
    const allowed = Object.hasOwn(all, key) ? all[key] : undefined;
    if (allowed === undefined)
      throw new BaremarkError(
        'BAD_OPTION',
        `${where} has the unknown key ${show(key)}; choose ${orList(Object.keys(all))}.`,
      );
    if (!allowed.includes(String(value)))
      throw new BaremarkError(
        'BAD_OPTION',
        `${where} has ${key}=${String(value)}; ${key} must be ${allowed.join(' or ')}.`,
      );
  }
  if (graph.kind === 'bert') return String(given.fused) === 'true' ? { ...graph, fused: true } : graph;
  const input = given.input ?? (computesOn === 'cores' ? graph.input : 'uint8-nhwc');
  const nms = given.nms ?? (hostNms ? 'host' : graph.nms);
  return { ...graph, input: input as typeof graph.input, nms: nms as typeof graph.nms };
}
