/** The pictures of a comparison as one SVG file: the ratios, and the curves of each pair that has peaks. */
import type { Comparison } from '../../compare/types.js';
import { peakCurve } from '../charts/peak-curve.js';
import { ratioBars } from '../charts/ratio-bars.js';
import { renderSvg } from '../charts/render-svg.js';
import { type SheetPart, sheet } from '../charts/sheet.js';
import { WHOLE } from '../html/page.js';
import { peaksOfPair } from '../peak/of-runs.js';
import { pictureOf } from '../peak/systems.js';
import { pictureNote } from '../peak/words.js';
import { barsCaption, barsOf } from './bars.js';

/** Each candidate's verdict, and its pictures below. */
export async function compareSvg(comparison: Comparison): Promise<string> {
  const parts: SheetPart[] = [];
  for (const [i, candidate] of comparison.candidates.entries()) {
    parts.push({ kind: 'title', text: candidate.sentence });
    const bars = barsOf(candidate);
    if (bars.length > 0) {
      const svg = await renderSvg(ratioBars(bars, comparison.margin, WHOLE), `s${i}b`, barsCaption(bars));
      parts.push({ kind: 'text', text: `${barsCaption(bars)}.` }, { kind: 'drawing', svg });
    }
    for (const [k, pair] of candidate.pairs.entries()) {
      const systems = peaksOfPair(pair, [comparison.baseline, candidate.name]);
      const picture = systems && pictureOf(systems);
      if (!picture) continue;
      const title = `${pair.benchmark} ${pair.scenario}: latency against rate, and a close-up of the peaks`;
      const text = `${title}. ${pictureNote(picture)}`;
      const svg = await renderSvg(peakCurve(picture, WHOLE), `s${i}k${k}`, title);
      parts.push({ kind: 'text', text }, { kind: 'drawing', svg });
    }
  }
  return sheet(parts, WHOLE + 20);
}
