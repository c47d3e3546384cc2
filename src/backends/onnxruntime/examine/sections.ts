/** The examination of ONNX Runtime as sections of text. */
import type { DeviceFinding, TextSection } from '../../examination.js';
import type { ProviderState } from '../cuda.js';
import type { OnnxRuntimeFacts } from './facts.js';

export function sectionsOf(
  findings: readonly DeviceFinding[],
  facts: OnnxRuntimeFacts,
): readonly TextSection[] {
  const { vulkan } = facts;
  return [
    {
      title: 'Execution providers (a model was run on each)',
      rows: findings.map(({ device, outcome }) => ({
        label: device,
        text:
          outcome.kind === 'works'
            ? `works (${Math.round(outcome.ms)} ms)`
            : `${outcome.kind}: ${outcome.reason}`,
      })),
    },
    { title: 'NVIDIA libraries', rows: libraryRows([facts.cuda, facts.tensorrt]) },
    {
      title: 'Vulkan, for WebGPU',
      rows: [
        { label: 'loader', text: vulkan.loader ?? 'not found' },
        { label: 'drivers', text: vulkan.drivers.join(', ') || 'none' },
        ...(vulkan.adapters ?? []).map(({ name, type, driver }) => ({
          label: 'adapter',
          text: `${name} (${type}, ${driver})`,
        })),
      ],
    },
  ];
}

function libraryRows(states: readonly ProviderState[]): TextSection['rows'] {
  const seen = new Map(
    states.flatMap(({ libraries }) => libraries).map((library) => [library.soname, library] as const),
  );
  const missing = [...new Set(states.flatMap((state) => state.missing))];
  return [
    ...[...seen.values()].flatMap(({ soname, version, path, origin }) => [
      { line: `  ${soname}${version ? ` (${version})` : ''}, found by ${origin}` },
      { line: `    ${path}` },
    ]),
    ...(missing.length > 0 ? [{ label: 'missing', text: missing.join(', ') }] : []),
  ];
}
