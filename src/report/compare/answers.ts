/** Whether systems answer alike, as paragraphs of at most 80 columns. */
import { wrapped } from '../text/text-table.js';

/** What is said of one benchmark and scenario; `AnswerCheck` fits. */
interface AnswerFinding {
  readonly candidate: string;
  readonly benchmark: string;
  readonly scenario: string;
  readonly kind: 'same' | 'different' | 'unknown';
  readonly message: string;
}

const words = { same: 'same answers', different: 'DIFFERENT ANSWERS', unknown: 'answers not compared' };

/** One paragraph for all benchmarks with the same finding, ending in a newline; nothing where there are none. */
export function answersText(answers: readonly AnswerFinding[]): string {
  if (answers.length === 0) return '';
  const groups = new Map<string, string[]>();
  for (const { kind, message, benchmark, scenario, candidate } of answers) {
    const finding = `${words[kind]}. ${message}`;
    groups.set(finding, [...(groups.get(finding) ?? []), `${candidate} ${benchmark} ${scenario}`]);
  }
  const paragraphs = [...groups].map(([finding, which]) => {
    const places = which.length > 2 ? `${which.length} benchmarks` : which.join(', ');
    return wrapped(`${places}: ${finding}`, 0).join('\n');
  });
  return `\n${paragraphs.join('\n')}\n`;
}
