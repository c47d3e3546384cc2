/** How to get these figures again: commands, where the runs lie, and what was set. */
import { folderOfRun } from '../../results/layout.js';
import type { ResultRun, RunDocument } from '../../results/types.js';
import { html, type Markup } from './markup.js';

interface Group {
  readonly title: string;
  readonly paths: string[];
  readonly facts: readonly string[];
  /** LoadGen's, as `name value`. */
  readonly settings: readonly string[];
}

/**
 * `commands` are shown as given, one per line; runs with the same settings are listed together, and what all of them
 * have is said once. Folders are named below their results folder.
 */
export function reproduceSection(runs: readonly ResultRun[], commands: readonly string[]): Markup {
  return html`<h2>How to reproduce</h2>
${commands.length ? html`<pre>${commands.join('\n')}</pre>` : ''}
${parted(groups(runs)).map(
  ({ title, paths, facts, settings }) =>
    html`<h3 class="group">${title}</h3><ul class="paths">${paths.map((path) => html`<li><code>${path}</code></li>`)}</ul>
${facts.map((fact) => html`<p class="fact">${fact}</p>`)}
${settings.length > 0 && html`<p class="fact">Settings: ${settings.join(', ')}.</p>`}`,
)}`;
}

function groups(runs: readonly ResultRun[]): Group[] {
  const found = new Map<string, Group>();
  for (const run of runs) {
    const facts = factsOf(run.document);
    const settings = named(run.settings.effective);
    const title = `${run.benchmark} ${run.scenario}`;
    const key = JSON.stringify([title, facts, settings]);
    const group = found.get(key) ?? { title, paths: [], facts, settings };
    group.paths.push(folderOfRun(run));
    found.set(key, group);
  }
  return [...found.values()];
}

/** What all groups have, in front as a group of its own, and of each what it has beside. */
function parted(all: readonly Group[]): readonly Group[] {
  if (all.length < 2) return all;
  const inAll = (of: (group: Group) => readonly string[]) =>
    of(all[0]!).filter((text) => all.every((group) => of(group).includes(text)));
  const [facts, settings] = [inAll((group) => group.facts), inAll((group) => group.settings)];
  if (facts.length + settings.length === 0) return all;
  const rest = all.map((group) => ({
    ...group,
    facts: group.facts.filter((text) => !facts.includes(text)),
    settings: group.settings.filter((text) => !settings.includes(text)),
  }));
  return [{ title: 'All of these runs', paths: [], facts, settings }, ...rest];
}

function factsOf(document: RunDocument | undefined): string[] {
  if (!document) return [];
  const { sut, model, dataset, versions } = document;
  return [
    `Backend ${sut.backend} ${sut.backendVersion} on ${sut.provider}, ${sut.devices.length === 1 ? 'device' : 'devices'} ${sut.devices.join(', ')}; ${sut.precision}, ` +
      `${sut.instances} ${sut.instances === 1 ? 'instance' : 'instances'} in total, ${batchingText(sut.batchPolicy)}.`,
    `Model ${model.name}, weights ${model.weights}, SHA-256 ${model.sha256 ?? 'unknown because the model is not a file'}.`,
    `Data set ${dataset.name}, hash ${dataset.hash}, ${dataset.totalSampleCount} samples.`,
    `Versions: ${named(versions).join(', ')}.`,
  ];
}

function batchingText({ maxBatch, maxWaitNs }: RunDocument['sut']['batchPolicy']): string {
  const wait = maxWaitNs === undefined ? '' : `, waiting up to ${maxWaitNs / 1e6} ms`;
  return `batches of up to ${maxBatch}${wait}`;
}

function named(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} ${value}`);
}
