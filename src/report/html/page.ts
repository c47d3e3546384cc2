/** One self-contained page: its style inside, no script, nothing fetched. */
import type { Measured } from '../../base/measured.js';
import type { SeriesByRun } from '../runs/series.js';
import { measuredText } from '../text/numbers.js';
import { html, type Markup, type Part, trusted } from './markup.js';
import { style } from './style.js';

export interface HtmlOptions {
  /** Records of runs, for the curves; without them the curves are drawn from percentiles. */
  readonly series?: SeriesByRun;
  /** Command lines that make this page again. */
  readonly commands?: readonly string[];
  /** Last line of the page, e.g. version and date. */
  readonly footer?: string;
}

/** The page as text. Its policy forbids scripts and every request, whatever a name in it may say. */
export function page(title: string, body: Part, footer: string): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<main>
<header><p class="mark"><b>baremark</b> · what virtualization costs inference</p></header>
${body}
<footer>${footer}</footer>
</main>
</body>
</html>
`.text;
}

/** Widths in pixels of a chart in a card: on a screen, and on a phone. */
export const WHOLE = 860;
export const PHONE = 326;

/** A drawing under its caption, in a width for screens and optionally another one for phones. */
export function chart(caption: string, wide: string, narrow?: string): Markup {
  return html`<figure><figcaption>${caption}</figcaption>${
    narrow === undefined
      ? trusted(wide)
      : html`<div class="wide">${trusted(wide)}</div><div class="narrow">${trusted(narrow)}</div>`
  }</figure>`;
}

/**
 * A table; on narrow screens each row becomes a block, in which every cell after the first `named` starts with the
 * name of its column. `numbers` lists the columns that are aligned right. Unless it is `shown`, the caption is for those
 * who do not see the heading above the table.
 */
export function htmlTable(
  header: readonly string[],
  rows: readonly { readonly cells: readonly Part[]; readonly kind?: string }[],
  {
    caption,
    shown = false,
    named = 1,
    numbers = [],
  }: {
    readonly caption: string;
    readonly shown?: boolean;
    readonly named?: number;
    readonly numbers?: readonly number[];
  },
): Markup {
  const kind = (i: number) => (numbers.includes(i) ? 'number' : '');
  return html`<table class="stack"><caption class="${shown ? '' : 'unseen'}">${caption}</caption><thead><tr>${header.map(
    (text, i) => html`<th scope="col" class="${kind(i)}">${text}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr class="${row.kind ?? ''}">${row.cells.map(
        (cell, i) => html`<td class="${kind(i)}" data-label="${i < named ? '' : header[i]}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table>`;
}

/** A measured value, or `unknown because …`, set apart. */
export function measuredPart(field: Measured<string | number>): Part {
  return 'value' in field ? measuredText(field) : html`<em class="unknown">${measuredText(field)}</em>`;
}
