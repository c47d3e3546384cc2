/** How to get these figures again: commands, where the runs lie, and what was set. */
import type { ResultRun, RunDocument } from '../../results/types.js';
import { html, type Markup } from './markup.js';

/** `commands` are shown as given, one per line; runs with the same settings are listed together. */
export function reproduceSection(runs: readonly ResultRun[], commands: readonly string[]): Markup {
  return html`<h2>How to reproduce</h2>
${commands.length ? html`<pre>${commands.join('\n')}</pre>` : ''}
${groups(runs).map(
  ({ title, paths, facts }) =>
    html`<h3 class="group">${title}</h3><ul class="paths">${paths.map((path) => html`<li><code>${path}</code></li>`)}</ul>
${facts.map((fact) => html`<p class="fact">${fact}</p>`)}`,
)}`;
}

function groups(runs: readonly ResultRun[]) {
  const found = new Map<string, { title: string; paths: string[]; facts: string[] }>();
  for (const run of runs) {
    const facts = factsOf(run);
    const title = `${run.benchmark} ${run.scenario}`;
    const key = JSON.stringify([title, facts]);
    const group = found.get(key) ?? { title, paths: [], facts };
    group.paths.push(run.path);
    found.set(key, group);
  }
  return [...found.values()];
}

function factsOf(run: ResultRun): string[] {
  const { document } = run;
  const settings = listed(run.settings.effective);
  const said = settings ? [`Settings: ${settings}.`] : [];
  if (!document) return said;
  const { sut, model, dataset, versions } = document;
  return [
    `Backend ${sut.backend} ${sut.backendVersion} on ${sut.provider}, ${sut.devices.length === 1 ? 'device' : 'devices'} ${sut.devices.join(', ')}; ${sut.precision}, ` +
      `${sut.instances} ${sut.instances === 1 ? 'instance' : 'instances'} in total, ${batchingText(sut.batchPolicy)}.`,
    `Model ${model.name}, weights ${model.weights}, SHA-256 ${model.sha256 ?? 'unknown because the model is not a file'}.`,
    `Data set ${dataset.name}, hash ${dataset.hash}, ${dataset.totalSampleCount} samples.`,
    `Versions: ${listed(versions)}.`,
    ...said,
  ];
}

function batchingText({ maxBatch, maxWaitNs }: RunDocument['sut']['batchPolicy']): string {
  const wait = maxWaitNs === undefined ? '' : `, waiting up to ${maxWaitNs / 1e6} ms`;
  return `batches of up to ${maxBatch}${wait}`;
}

function listed(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
