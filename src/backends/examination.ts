/** What a backend tells `baremark doctor`: whether its devices work here, what is missing, and the text for a person. */
import type { Host } from '../base/host/host.js';
import type { MachineGpus } from './devices/machine-gpus.js';

/** Something that is missing, and how to get it. */
export interface Gap {
  /** What is missing, as a sentence. */
  readonly problem: string;
  /** The command that closes it, or, where no command can, what to do. */
  readonly fix: string;
  /** Whether `fix` is a command for a shell. */
  readonly runnable: boolean;
}

/** What came of opening a session on a device and running a small model there. */
export type DeviceOutcome =
  | { readonly kind: 'works'; readonly ms: number }
  | { readonly kind: 'fails'; readonly reason: string }
  | { readonly kind: 'crashes'; readonly reason: string };

export interface DeviceFinding {
  /** As the backend opens it, e.g. `cuda:0`. */
  readonly device: string;
  readonly outcome: DeviceOutcome;
  /** What is missing for it; empty where it works or where nothing is known to help. */
  readonly gaps: readonly Gap[];
}

/** A heading and what stands below it: a row has a label and text that may be wrapped; a line stays as it is. */
export interface TextSection {
  readonly title: string;
  readonly rows: readonly ({ readonly label: string; readonly text: string } | { readonly line: string })[];
}

export interface ExaminationRequest {
  readonly host: Host;
  readonly gpus: MachineGpus;
  /** The device that must work, as `--device` takes it; absent: the one that a benchmark would be about here. */
  readonly device?: string;
}

export interface Examination {
  /** The device that must work, as given or chosen. */
  readonly device: string;
  /** The same by the names that the backend opens; all of them are among the findings. */
  readonly selected: readonly string[];
  readonly findings: readonly DeviceFinding[];
  /** Whatever else was looked at, as plain data. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Findings and facts in words. */
  readonly sections: readonly TextSection[];
}
