/** Names that fit a chart. */
import { lineText } from '../../base/text/safe.js';

/** A name of at most `longest` characters; a longer one loses its middle, since names differ at their ends. */
export function shortened(name: string, longest: number): string {
  const all = [...lineText(name)];
  if (all.length <= longest) return all.join('');
  const tail = Math.floor(longest * 0.45);
  return `${all.slice(0, longest - tail - 1).join('')}…${all.slice(-tail).join('')}`;
}
