/** The library: everything the command line can do, without printing. Input errors are `BaremarkError`. */

export { officialNames } from './assets/official.js';
export { type Pulled, type PullOptions, pullableModels, pullDataset, pullModel } from './assets/pull.js';
export { type SetupCudaOptions, type SetupCudaResult, setupCuda } from './assets/setup-cuda.js';
export { type SetupTfjsOptions, type SetupTfjsResult, setupTfjs } from './assets/setup-tfjs.js';
export { findTrained, type TrainedModel, trainedAbsence } from './assets/trained.js';
export type { Backend, Batch, ModelRef, OpenRequest, Precision, Session } from './backends/backend.js';
export { builtInProfiles } from './backends/built-in.js';
export { defaultSut } from './backends/default-sut.js';
export { loadProfile } from './backends/load.js';
export type { BackendProfile, TuneSpace } from './backends/profile.js';
export { tfjsBackend } from './backends/tfjs/devices.js';
export { isNative, type TfjsVariant, tfjsVariants } from './backends/tfjs/install.js';
export type { UserProfile } from './backends/user-profile.js';
export { BaremarkError, type ErrorCode } from './base/errors.js';
export type { Measured } from './base/measured.js';
export type { ElementType, Tensor, TensorInfo, TensorMap } from './base/tensor.js';
export { type Audit, type AuditCheck, auditPlan } from './checks/audit.js';
export {
  type CompareConclusion,
  type CompareResultsOptions,
  compareResults,
  type ResultsComparison,
} from './checks/compare-results.js';
export { type PlanOutcome, planOutcome } from './checks/plan-outcome.js';
export { type AnswerCheck, compareAnswers } from './checks/same-answers.js';
export { type AccuracyRequest, type ScoredAccuracy, scoreAccuracy } from './checks/score-accuracy.js';
export { compareSystems } from './compare/compare-systems.js';
export { percentileName } from './compare/server-words.js';
export type {
  CandidateComparison,
  CompareOptions,
  Comparison,
  Difference,
  Interval,
  PairComparison,
  SystemRuns,
  Unpaired,
  Verdict,
} from './compare/types.js';
export type { DatasetReport } from './datasets/check-dataset.js';
export type { LibrarySpec } from './datasets/library-spec.js';
export { openLibrary } from './datasets/open-library.js';
export { threadsEnd } from './engine/thread.js';
export { ensureModel, type ModelFile } from './graphs/model-cache.js';
export type { GraphSpec } from './graphs/spec.js';
export * as loadgen from './loadgen/index.js';
export { buildPlan, type PlanRequest } from './plan/build.js';
export { checkValues, flagPlace } from './plan/check.js';
export { type CheckedDataset, checkDatasets } from './plan/dataset.js';
export {
  type Benchmark,
  benchmarksOf,
  type CatalogueEntry,
  findBenchmark,
  qualityTargets,
  readCatalogue,
} from './plan/models.js';
export { auditOptions } from './plan/options/audit.js';
export type { OptionDef } from './plan/options/def.js';
export { simulateOptions } from './plan/options/simulate.js';
export { type OptionName, optionDef, optionNames, runOptions } from './plan/options/table.js';
export { searchOptions, tunedOptions } from './plan/options/tune.js';
export { planNames } from './plan/plan-file.js';
export { preparePlan } from './plan/prepare.js';
export type { Tuned } from './plan/tuned.js';
export type { BenchmarkPlan, PlannedRun } from './plan/types.js';
export { answersText } from './report/compare/answers.js';
export { compareCsv } from './report/compare/csv.js';
export { compareHtml } from './report/compare/html.js';
export { compareMarkdown } from './report/compare/markdown.js';
export { compareSvg } from './report/compare/svg.js';
export { compareTable } from './report/compare/table.js';
export type { HtmlOptions } from './report/html/page.js';
export type { PeaksOf } from './report/peak/systems.js';
export { peakSentence } from './report/peak/words.js';
export { accuracyLines, accuracySentence } from './report/runs/accuracy-text.js';
export { runsCsv } from './report/runs/csv.js';
export { runsHtml } from './report/runs/html.js';
export { runsMarkdown } from './report/runs/markdown.js';
export { readSeries } from './report/runs/read-series.js';
export { runsTable, runTable } from './report/runs/run-table.js';
export type { RunSeries, SeriesByRun } from './report/runs/series.js';
export { disagreementLines } from './report/text/disagreements.js';
export { outcomeText } from './report/text/numbers.js';
export { peakCurveLines } from './report/text/peak-curve.js';
export { comparePeaks, runsPeaks } from './report/text/peak-sections.js';
export { problemLines } from './report/text/problems.js';
export { plainStyle, type Style, textTable } from './report/text/text-table.js';
export { burstQps, type Peak } from './results/document/peak.js';
export { isResultFile } from './results/layout.js';
export { loadPublished, type PublishedResult } from './results/published.js';
export { readRecord } from './results/read/record.js';
export { readResults } from './results/read/results.js';
export { onlySystem, readSystem, type SystemFolder } from './results/read/system.js';
export type {
  Outcome,
  ResultRun,
  ResultSystem,
  ResultsFolder,
  RunDocument,
  StoredRecord,
} from './results/types.js';
export type { Judgement, LogFormat } from './run/accuracy.js';
export { runPlan } from './run/index.js';
export { type InterruptedRun, type PlanProgress, planProgress, setAsideInterrupted } from './run/resume.js';
export type { RunEvent, RunHooks } from './run/types.js';
export { type Tried, type TuneHooks, tune } from './search/tune.js';
export type { TuneEffort } from './search/tune-probe.js';
export {
  type SimulateOptions,
  simulatePeak,
  simulationJson,
  type WhatIf,
  whatIfs,
} from './search/virtual/simulate.js';
export { readVirtualSystem, type VirtualSystem } from './search/virtual/system.js';
export { type Simulated, simulationText } from './search/virtual/text.js';
export { launchNeeds } from './sut/launch.js';
export { type DoctorOptions, type DoctorReport, doctorReport } from './system/doctor/report.js';
export { doctorText } from './system/doctor/text.js';
export { takeFingerprint } from './system/fingerprint.js';
export { readMachineGpus } from './system/gpu/machine-gpus.js';
export type { Fingerprint, GpuInventory } from './system/types.js';
