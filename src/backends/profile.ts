/** What everybody else must know of a backend without loading it. Importing a profile is cheap; `load` is not. */
import type { Host } from '../base/host/host.js';
import type { Measured } from '../base/measured.js';
import type { Scenario } from '../loadgen/index.js';
import type { Backend, ModelRef } from './backend.js';
import type { DeviceMachine } from './devices/cuda.js';
import type { MachineGpus } from './devices/machine-gpus.js';
import type { Examination, ExaminationRequest } from './examination.js';

/** What a model answers, and so which data sets and evaluators fit it. */
export type Task = 'bert' | 'ssd';

/** What the instances on one device compute with: cores, of which each has its own; or a device or a server that they share. */
export type ComputesOn = 'cores' | 'accelerator' | 'server';

/** Of a run, what a backend's defaults may depend on. */
export interface SutTask {
  readonly task: Task;
  readonly scenario: Scenario;
  /** As the user wrote it, e.g. `cuda:all`. */
  readonly device: string;
  /** As `selectDevices` gave them. */
  readonly devices: readonly string[];
  /** On each device, where the user said so. */
  readonly instances?: number;
  /** What the user gave for the backend; wins over the defaults' `backendOptions`. */
  readonly backendOptions: Readonly<Record<string, unknown>>;
}

/** What a backend chooses where the user does not. */
export interface SutDefaults {
  /** Instances on each device; what the user said, where that is possible. */
  readonly instances: number;
  /** Threads and the like, for the backend itself. */
  readonly backendOptions: Readonly<Record<string, unknown>>;
  /** Most samples of one batch. */
  readonly maxBatch: number;
  /** Cores that no inference thread needs; below 1 the issuer has to share one. */
  readonly freeCores: number;
  /** How long an instance without work looks for more before it sleeps, nanoseconds. */
  readonly idleSpinNs: number;
}

/** What `tune` tries on a device; ascending. */
export interface TuneSpace {
  readonly batches: readonly number[];
  /** On each device. */
  readonly instances: readonly number[];
  /** Waits for a batch to fill, Server only. */
  readonly waitsMs: readonly number[];
}

/** Which of a runtime's execution providers computes how much of a model. */
export interface NodePlacement {
  /** Number of nodes by the runtime's name of the provider. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Kinds of operators of the nodes that the CPU runs, sorted. */
  readonly onCpu: readonly string[];
}

export interface PlacementRequest {
  readonly model: ModelRef;
  readonly device: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The instances that are about to open on one of a run's devices. */
export interface PrepareRequest {
  readonly device: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface LaunchMachine {
  readonly host: Host;
  /** Asks `nvidia-smi`, which takes a while. */
  readonly readGpus: () => Promise<MachineGpus>;
}

export interface BackendProfile {
  readonly name: string;
  /** How devices are written, by examples, for the help: `cpu`, `cuda:0`, `cuda:all`. */
  readonly deviceExamples: readonly string[];
  /**
   * The form of model that it opens: an ONNX file, none at all, or one that it has elsewhere already. Only an ONNX file
   * is built or fetched for it.
   */
  readonly model: 'onnx' | 'none' | 'remote';
  /** Whether its answers mean something, so that they can be scored and compared. */
  readonly answers: boolean;

  /**
   * Whether it has no NonMaxSuppression, so that a graph that is built for it ends at the heads and the host suppresses
   * boxes, unless the user chooses; false where absent.
   */
  readonly hostNms?: boolean;

  /**
   * What is wrong with a device's text, which completes the sentence `--device is "gpu"`; undefined where nothing is.
   * Asks nothing of the machine.
   */
  checkDevice(text: string): string | undefined;
  /**
   * The devices of a run by the names that `open` takes, each of which gets its own instances.
   * @throws BaremarkError `UNKNOWN_DEVICE` for one that the machine does not have
   */
  selectDevices(text: string, machine: DeviceMachine): readonly string[];
  computesOn(device: string): ComputesOn;
  /** @throws BaremarkError `BAD_OPTION` where the device cannot have the instances that the user asks for */
  defaults(task: SutTask, machine: { readonly cores: number }): SutDefaults;
  tuning(device: string): TuneSpace;

  /** The version of the runtime that it would load, for the fingerprint; absent where it has none. */
  readonly runtimeVersion?: () => Promise<Measured<string>>;
  /**
   * Environment variables that its runtime reads and that can change what is measured: names, or `PREFIX_*`. Those that
   * are set are recorded and compared; never another one.
   */
  readonly environment?: readonly string[];
  /**
   * Environment variables that this process would have to be started with for these devices (as the user wrote them)
   * to work; undefined where it was. Once they are set, nothing is asked for any more.
   * @throws BaremarkError `UNKNOWN_DEVICE` with one sentence that says what is missing and how to get it
   */
  readonly launch?: (
    devices: readonly string[],
    machine: LaunchMachine,
  ) => Promise<Readonly<Record<string, string>> | undefined>;
  /**
   * What has to be done in the main thread before instances open, such as setting what the runtime reads from the
   * environment. It is asked for each device.
   * @throws BaremarkError `BAD_OPTION` where the process cannot have what the options ask for
   */
  readonly prepare?: (request: PrepareRequest) => Promise<void>;
  /**
   * What computes the model's nodes there; undefined where there is nothing to tell.
   * @throws BaremarkError `UNKNOWN_DEVICE` where the device would compute nothing of the model
   */
  readonly placement?: (request: PlacementRequest) => Promise<Measured<NodePlacement> | undefined>;
  /**
   * What `baremark doctor` asks: opens a session on each device, one after the other (seconds on a GPU).
   * @throws BaremarkError `UNKNOWN_DEVICE` where the device that must work does not exist
   */
  readonly examine?: (request: ExaminationRequest) => Promise<Examination>;

  /** Loads the backend itself, and with it its runtime. */
  load(): Promise<Backend>;
}
