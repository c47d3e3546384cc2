/** HTML in which every text is escaped unless this module made it. */
import { htmlText } from '../../base/text/safe.js';

/** Markup that goes into a page unescaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Part = Markup | string | number | undefined | false | readonly Part[];

/** A template whose interpolated texts are escaped, in content and in quoted attributes alike. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + textOf(parts[i - 1]) + string));
}

/** Markup that baremark made itself: style sheets and drawings. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(textOf).join('');
  return htmlText(String(part));
}
