/** Drawings one under the other as an SVG file that stands alone, for slides and papers: light, and without a style sheet. */
import { htmlText } from '../../base/text/safe.js';
import { wrapped } from '../text/text-table.js';
import { coloured, light } from './palette.js';
import { theme } from './theme.js';

export type SheetPart =
  | { readonly kind: 'title' | 'text'; readonly text: string }
  | { readonly kind: 'drawing'; readonly svg: string };

const MARGIN = 24;
/** How texts of a kind are set; the width in characters fits the page in any usual font. */
const fonts = {
  title: { size: 17, weight: 600, line: 24, characters: 84, colour: light.ink },
  text: { size: 12, weight: 400, line: 17, characters: 124, colour: light.soft },
} as const;

/** `width` is that of the widest drawing, pixels. */
export function sheet(parts: readonly SheetPart[], width: number): string {
  const inside: string[] = [];
  let y = MARGIN;
  for (const part of parts) {
    if (part.kind === 'drawing') {
      const [, ownWidth, height] = part.svg.match(/^<svg[^>]* width="([\d.]+)" height="([\d.]+)"/) ?? [];
      const shown = Math.min(width, Number(ownWidth));
      const shownHeight = (shown / Number(ownWidth)) * Number(height);
      const sized = `<svg x="${MARGIN}" y="${y}" width="${shown}" height="${shownHeight}"`;
      inside.push(
        coloured(part.svg, light).replace(/^<svg([^>]*) width="[\d.]+" height="[\d.]+"/, `${sized}$1`),
      );
      y += shownHeight + MARGIN;
      continue;
    }
    const { size, weight, line, characters, colour } = fonts[part.kind];
    for (const text of wrapped(part.text, 0, characters)) {
      y += line;
      const look = `font-family="${theme.font}" font-size="${size}" font-weight="${weight}" fill="${colour}"`;
      inside.push(`<text x="${MARGIN}" y="${y - line / 3}" ${look}>${htmlText(text)}</text>`);
    }
    y += line / 2;
  }
  const size = `width="${width + 2 * MARGIN}" height="${Math.ceil(y)}"`;
  const page = `<rect width="100%" height="100%" fill="${light.card}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${[page, ...inside].join('\n')}\n</svg>\n`;
}
