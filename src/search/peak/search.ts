/**
 * The search for the highest Server rate that holds. Not the latencies near the edge are pooled, which say little until
 * there are very many, but the service times of all batches: from them a queue is simulated that tells where the edge is,
 * the next probe runs there, and what the probes saw is held against the model.
 */
import { burstQps, type Peak, type PeakProbe } from '../../results/document/peak.js';
import type {
  PeakFinding,
  PeakHooks,
  PeakSettings,
  PeakTarget,
  SearchPeak,
  ServedProbe,
} from './contract.js';
import { curveOf } from './curve.js';
import { type Estimate, estimate, roughly } from './estimate.js';
import { evidenceOf, type ProbeEvidence } from './evidence.js';
import { unfinishedFinding } from './finding.js';
import type { QueueSpec } from './queue.js';
import { loneOf, probeOf } from './seen.js';

/** Probes in turn at the estimate and a little to either side of it. */
const aside = [1, 0.985, 1.01];
/** The interval is aimed a little narrower than asked, as its own width is an estimate. */
const reserve = 0.92;

export const searchPeak: SearchPeak = async (target, settings, hooks, earlier = []) =>
  new Search(target, settings, hooks).run(earlier);

class Search {
  private readonly served: ProbeEvidence[] = [];
  private readonly probes: PeakProbe[] = [];
  /** Of a search that goes on: the time that the earlier one took. */
  private beforeS = 0;
  private burst: ServedProbe | undefined;
  private lone: PeakFinding['lone'] | undefined;
  private best: Estimate | undefined;
  /** When `best` was computed, seconds. */
  private bestAtS = 0;
  /** Of full batches, queries per second. */
  private capacity = Number.NaN;
  private inStep = false;
  /** Whether the model knows no rate that holds. */
  private noRate = false;

  constructor(
    private readonly target: PeakTarget,
    private readonly settings: PeakSettings,
    private readonly hooks: PeakHooks,
  ) {}

  async run(earlier: readonly ServedProbe[]): Promise<PeakFinding> {
    for (const probe of earlier) {
      this.beforeS += probe.durationS;
      this.take(probe);
    }
    const burst = this.burst ?? (await this.probe(burstQps, this.burstQueries()));
    if (!burst || this.stopped) return this.finding('stopped');
    this.capacity = burst.scheduledNs.length / burst.durationS;
    const lone = this.served[1] ?? (await this.probe(...this.loneRequest(burst)));
    if (!lone || this.stopped) return this.finding('stopped');
    let guess = 0.9 * this.capacity;
    if (this.loads.length > 0) guess = this.reckon(guess);
    let lengthS = Math.max(1, this.leastS / 40);
    for (;;) {
      if (this.best && this.elapsedS >= 0.95 * this.leastS && this.best.half <= this.precision)
        return this.finding('precise');
      if (this.elapsedS >= this.settings.budgetS) return this.finding('budget');
      const rate = guess * (this.loads.length < 2 ? 1 : aside[this.loads.length % aside.length]!);
      const probe = await this.probe(rate, this.queriesIn(lengthS, rate));
      if (!probe || this.stopped) return this.finding('stopped');
      guess = this.reckon(guess);
      if (this.noRate && (await this.noneHolds())) return this.finding('precise', 'none holds');
      const early = this.elapsedS < 0.55 * this.leastS;
      lengthS = early
        ? Math.min(1.8 * lengthS, 0.12 * this.leastS)
        : Math.min(1.5 * lengthS, this.settings.budgetS / 5);
    }
  }

  /** Long enough to see what a run at the peak sees, short enough for a first look. */
  private get leastS(): number {
    return Math.min(this.settings.budgetS, Math.max(75, Math.min(500, 0.84 * this.settings.minDurationS)));
  }

  private get precision(): number {
    return reserve * this.settings.precision;
  }

  private get elapsedS(): number {
    return this.beforeS + this.target.elapsedS();
  }

  private get leftS(): number {
    return Math.max(1, this.settings.budgetS - this.elapsedS);
  }

  private get stopped(): boolean {
    return this.hooks.signal?.aborted ?? false;
  }

  private get loads(): readonly ProbeEvidence[] {
    return this.served.slice(2);
  }

  /** The best estimate, where it has an interval. */
  private get known(): Estimate | undefined {
    return this.best && Number.isFinite(this.best.half) ? this.best : undefined;
  }

  /** For a probe of about this length at this rate: enough to say something, if there is time for it. */
  private queriesIn(lengthS: number, rate: number): number {
    const { leftS: left } = this;
    const wanted = Math.min(mostQueries, Math.max(200, rate * Math.min(lengthS, left)));
    return Math.round(Math.max(10, Math.min(wanted, rate * Math.max(left, this.leastS / 4))));
  }

  private burstQueries(): number {
    const { instances, policy } = this.target;
    return Math.max(100, 6 * instances * policy.maxBatch);
  }

  /** Queries so far apart that most find the system idle. */
  private loneRequest({ batches }: ServedProbe): [number, number] {
    const times = batches.sizes.map((_, i) => batches.completedNs[i]! - batches.startedNs[i]!);
    const gapNs = 4 * times.sort((a, b) => a - b)[times.length >> 1]!;
    return [1e9 / gapNs, Math.max(10, Math.min(100, Math.round(3e9 / gapNs)))];
  }

  private async probe(targetQps: number, queries: number): Promise<ServedProbe | undefined> {
    const probe = await this.target.serve({ targetQps, queries, number: this.served.length });
    if (probe.batches.sizes.length === 0) return undefined;
    this.take(probe);
    const { known } = this;
    const rates = known && { qps: known.qps, ...endsOf(known) };
    this.hooks.onProbe?.({ probe: this.probes.at(-1)!, elapsedS: this.elapsedS, ...rates });
    return probe;
  }

  private take(probe: ServedProbe): void {
    if (this.served.length === 0) this.burst = probe;
    if (this.served.length === 1) this.lone = loneOf(probe, this.target.bound);
    this.served.push(evidenceOf(probe, this.target));
    this.probes.push(probeOf(probe, this.target.bound));
  }

  /** Estimates anew; the rate of the next probe. The interval takes long to compute and waits until it can decide. */
  private reckon(guess: number): number {
    const loads = this.loads;
    // The first load probes are short: what the burst and lone queries took helps them.
    const used = loads.length < 3 ? this.served : loads;
    const queue = this.queueOf(loads);
    const best = !this.mayDecide() ? undefined : estimate(used, queue, this.target, guess, this.inStep);
    const qps = best ? best.qps : roughly(used, queue, this.target, guess, this.inStep);
    // Far below the capacity a share that hardly rises with the rate would put the edge anywhere.
    const least = leastOfCapacity * this.capacity;
    this.noRate = qps < least;
    if (this.noRate) return Math.max(least, 0.7 * guess);
    if (!Number.isFinite(qps)) return 1.3 * guess;
    if (best) {
      this.best = best;
      this.bestAtS = this.elapsedS;
      this.inStep = best.inStep;
    }
    return qps;
  }

  /** Whether an interval is worth computing: it may be narrow enough, or the time is up. */
  private mayDecide(): boolean {
    const { best, elapsedS, leastS } = this;
    if (elapsedS < 0.6 * leastS) return false;
    if (best === undefined || elapsedS >= this.settings.budgetS) return true;
    const expected = best.half * Math.sqrt(this.bestAtS / elapsedS);
    return elapsedS >= 0.95 * leastS && (expected <= 1.1 * this.precision || elapsedS > 1.5 * this.bestAtS);
  }

  private queueOf(loads: readonly ProbeEvidence[]): QueueSpec {
    const { instances, policy, sampleLengths } = this.target;
    const gaps = (of: (probe: ProbeEvidence) => number) =>
      loads.map(of).sort((a, b) => a - b)[loads.length >> 1] ?? 0;
    const turnaroundNs = gaps((probe) => probe.turnaroundNs);
    return { instances, policy, sampleLengths, turnaroundNs, wakeNs: gaps((probe) => probe.wakeNs) };
  }

  /** The model says that no rate holds: many lone queries decide. */
  private async noneHolds(): Promise<boolean> {
    const { bound } = this.target;
    const rate = this.loneRequest(this.burst!)[0] / 4;
    const queries = Math.round(Math.max(10, Math.min(400, rate * Math.min(this.leftS, this.leastS))));
    const probe = await this.probe(rate, queries);
    if (!probe) return false;
    this.lone = loneOf(probe, bound);
    const { over, scheduledNs } = this.served.at(-1)!;
    const allowed = 1 - bound.percentile;
    return over > allowed * scheduledNs.length + 3 * Math.sqrt(allowed * scheduledNs.length) + 1;
  }

  private finding(ended: Peak['ended'], none?: 'none holds'): PeakFinding {
    const { target, settings, known, probes } = this;
    const unknown = unfinishedFinding(probes, target.bound, settings, this.elapsedS);
    const misfit = this.best?.misfit;
    const lone = this.lone ?? unknown.lone;
    const seen = { ...unknown, ended, lone, misfit };
    if (none) return { ...seen, kind: none, qps: 0, lowQps: 0, highQps: 0 };
    if (!known) return seen;
    return { ...seen, kind: 'found', qps: known.qps, ...endsOf(known), curve: curveOf(known, target.bound) };
  }
}

/** The interval of the rate. */
function endsOf({ qps, half }: Estimate): Pick<Peak, 'lowQps' | 'highQps'> {
  return { lowQps: qps * Math.exp(-half), highQps: qps * Math.exp(half) };
}

/** A rate below this share of the capacity is none. */
const leastOfCapacity = 1e-3;
/** Of one probe. */
const mostQueries = 4e6;
