/** The one home for showing text that others wrote, such as names, paths and messages of files and servers, without its acting on what shows it. */

/**
 * Characters that act instead of being seen: controls, with which escape sequences begin; line and paragraph
 * separators; format characters, such as bidirectional overrides, byte order marks and zero widths; broken surrogates.
 */
const acting = '\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cf}\\p{Cs}';
const runsOfActing = new RegExp(`[${acting}]+`, 'gu');
const actingInLines = new RegExp(`(?![\\n\\t])[${acting}]`, 'gu');
const notSeen = '\ufffd';

/** One line for a terminal: what acts becomes a space. */
export function lineText(text: string): string {
  return text.replace(runsOfActing, ' ');
}

/** Several lines for a terminal or a page: line breaks and tabs stay, what else acts becomes �. */
export function linesText(text: string): string {
  return text.replace(actingInLines, notSeen);
}

const longest = 2000;

/** A sentence that fits a screen: a longer one loses its middle, because it names its fix at the end. */
export function clipped(sentence: string): string {
  if (sentence.length <= longest) return sentence;
  const tail = longest * 0.3;
  const [start, end] = [sentence.slice(0, longest - tail), sentence.slice(-tail)];
  return `${start} [… ${sentence.length - longest} characters …] ${end}`;
}

/** One sentence as the terminal shows it. */
export function sentenceText(sentence: string): string {
  return lineText(clipped(sentence.replace(/\s*\n\s*/g, ' ')));
}

/** For the content and the quoted attributes of HTML. */
export function htmlText(text: string): string {
  return linesText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Text that Markdown shows literally: no markup, no HTML, no link, no line break. */
export function markdownText(text: string): string {
  return lineText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~#]/g, '\\$&');
}

/** What a spreadsheet takes for the begin of a formula; it looks past spaces and characters that are not seen. */
const formula = new RegExp(`^[\\s${acting}]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|^[\\t\\r]`, 'u');

/** A cell of CSV, its text whole; an apostrophe before it where a spreadsheet would run it. */
export function csvCell(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** JSON as text: the same values, with every character that acts escaped. */
export function jsonText(json: string): string {
  return json.replace(actingInLines, (found) =>
    Array.from(
      { length: found.length },
      (_, i) => `\\u${found.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
