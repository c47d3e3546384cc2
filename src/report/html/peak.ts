/** The picture of a peak on a page, what it says in words, and the tables behind it. */
import { peakCurve } from '../charts/peak-curve.js';
import { renderSvg } from '../charts/render-svg.js';
import { namesOf, type PeaksOf, pictureOf, searchOf } from '../peak/systems.js';
import { peakTables } from '../peak/tables.js';
import { peakSentence, pictureNote } from '../peak/words.js';
import { html, type Markup } from './markup.js';
import { chart, htmlTable, PHONE, WHOLE } from './page.js';

/**
 * The curves under this caption where there are any, and for each system a sentence.
 * @param key unlike that of every other drawing on the page
 */
export async function peakPicture(
  caption: string,
  systems: readonly PeaksOf[],
  key: string,
): Promise<Markup> {
  const picture = pictureOf(systems);
  const names = namesOf(systems);
  const sentences = systems.map((system, i) => {
    const others = picture?.systems.find(({ name }) => name === names[i])?.others.length ?? 0;
    const repeats = others > 0 ? `, the middle of ${others + 1} runs` : '';
    const whose = systems.length > 1 ? html`<b>${names[i]}</b>${repeats}: ` : '';
    return html`<li>${whose}${peakSentence(searchOf(system))}</li>`;
  });
  const drawing =
    picture &&
    chart(
      caption,
      await renderSvg(peakCurve(picture, WHOLE), `${key}w`, caption),
      await renderSvg(peakCurve(picture, PHONE), `${key}n`, caption),
    );
  return html`<div class="peak">${drawing}<ul class="notes">${sentences}${
    picture && html`<li>${pictureNote(picture)}</li>`
  }</ul></div>`;
}

/** The tables of each system's search, folded. */
export function peakDetails(systems: readonly PeaksOf[]): Markup[] {
  const names = namesOf(systems);
  return systems.flatMap((system, i) => {
    const peak = searchOf(system);
    const tables = peakTables(peak);
    if (tables.length === 0) return [];
    const whose = systems.length > 1 ? ` of ${names[i]}` : '';
    return html`<details><summary>The search${whose}: ${counted(peak.probes.length, 'probe')}, ${counted(
      peak.finals.length,
      'run',
    )} of full length</summary>${tables.map(({ caption, header, rows, numbers }) =>
      htmlTable(
        header,
        rows.map((cells) => ({ cells })),
        { caption, shown: true, named: 0, numbers },
      ),
    )}</details>`;
  });
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
