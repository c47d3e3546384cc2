/** What the fuzzer complains of: a stack, a hang, an odd exit code, silence, or a number that changed without a word. */
import type { Answer, Said } from './job.js';

/** A line of a stack, or the name of an error that only a bug throws. */
const stack = /^\s+at .+:\d+:\d+\)?$|\b(TypeError|RangeError|ReferenceError|AssertionError)\b/m;

/** What could move the cursor of a terminal, or the order of its text. */
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** In one sentence; undefined where all is as it should be. `before`: what the unchanged files say. */
export function complaint(answer: Answer, before?: Said): string | undefined {
  if ('lost' in answer)
    return answer.lost === 'slow'
      ? 'it does not come to an end'
      : `it ended its process: ${answer.stderr.slice(-300)}`;
  const { code, stdout, stderr, said } = answer;
  const trace = stack.exec(stderr) ?? stack.exec(stdout);
  if (trace) return `it shows a stack: ${trace[0].trim()}`;
  if (![0, 1, 2].includes(code)) return `its exit code is ${code}`;
  if (code === 2 && stderr.trim() === '') return 'it ends with 2 and says nothing';
  const odd = control.exec(stderr) ?? control.exec(stdout);
  if (odd) return `the character ${JSON.stringify(odd[0])} reaches the terminal`;
  return said && before ? changedNumber(said, before) : undefined;
}

/** A run that is gone, or whose figures are others, must come with a sentence more than before. */
function changedNumber(said: Said, before: Said): string | undefined {
  if (said.words > before.words) return undefined;
  for (const [path, figures] of Object.entries(before.figures)) {
    const now = said.figures[path];
    if (now === undefined) return `the run ${path} is gone without a word`;
    if (now !== figures) return `the figures of ${path} changed without a word: ${figures} are now ${now}`;
  }
  const added = Object.keys(said.figures).find((path) => !(path in before.figures));
  return added && `there is another run, ${added}, without a word`;
}
