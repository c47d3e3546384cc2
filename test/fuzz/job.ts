/** One call of the command line, and what came of it, as parent and child of the fuzzer tell each other. */

export interface Job {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Results whose figures are read as well. */
  readonly results?: string;
}

/** What results say: figures by run, and how many sentences say that something is wrong with them. */
export interface Said {
  readonly figures: Readonly<Record<string, string>>;
  readonly words: number;
}

export interface Done {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly said?: Said;
}

/** `slow`: no answer in time; `gone`: the process ended by itself. */
export type Answer = Done | { readonly lost: 'slow' | 'gone'; readonly stderr: string };
