/** The search of a run's rate: loads its samples once, and probes the opened system until the search knows enough. */
import { messageOf } from '../../base/errors.js';
import { type EffectiveSettings, loadableSets } from '../../loadgen/index.js';
import type { PeakFinding, PeakProgress, ServedProbe } from '../../search/peak/contract.js';
import { unfinishedFinding } from '../../search/peak/finding.js';
import { searchPeak } from '../../search/peak/search.js';
import { probeOf } from '../../search/peak/seen.js';
import { isStop } from '../hooks/stopping.js';
import { type Observed, type OpenedRun, observe } from '../measuring/attempt.js';
import { loadUnlessStopped } from '../measuring/measure.js';
import { bracketOf } from './bracket.js';
import { keepProbe } from './evidence.js';
import { FaultyProbe, type MeasuredProbe, peakTarget } from './target.js';

export interface Searched extends Observed {
  readonly finding: PeakFinding;
  /** The probe that was served last; undefined where none was. */
  readonly last?: MeasuredProbe;
  /** The one at the lowest rate. */
  readonly slowest?: MeasuredProbe;
}

/**
 * @param effective the run's own rules, whatever the rate
 * @param before the probes that earlier attempts at this run left
 * @throws the signal's reason where it is stopped before the samples are loaded
 */
export async function searchRun(
  opened: OpenedRun,
  effective: EffectiveSettings,
  before: readonly ServedProbe[],
): Promise<Searched> {
  const { run, sut, context, path, identity, hooks, say } = opened;
  const { signal, onEvent } = hooks;
  const { precision, budgetMs } = run.peak!;
  const [set] = loadableSets(effective, sut.library);
  const onLoading = (loaded: number, of: number) => say(`loading ${of} samples`, loaded / of);
  const loaded = await loadUnlessStopped(sut.library, set!, { onLoading, signal });
  if (!loaded) throw signal.reason;
  const settings = {
    precision,
    budgetS: budgetMs / 1000,
    minDurationS: effective.minDurationNs / 1e9,
  };
  const bound = { ns: effective.targetLatencyNs, percentile: effective.targetLatencyPercentile };
  const said = { boundMs: bound.ns / 1e6, percentile: bound.percentile };
  const probes = before.map((probe) => probeOf(probe, bound));
  let known: PeakProgress | undefined;
  let keeps = true;
  const earlierS = before.reduce((sum, { durationS }) => sum + durationS, 0);
  const target = peakTarget(
    { run, sut, loaded, bound },
    {
      onProgress({ number, targetQps }) {
        const { qps, lowQps, highQps } = known ?? {};
        const [elapsedS, budgetS] = [earlierS + target.elapsedS(), settings.budgetS];
        onEvent({ type: 'searching', run, number, targetQps, qps, lowQps, highQps, elapsedS, budgetS });
      },
      async onServed(probe) {
        if (!keeps) return;
        try {
          await keepProbe(path, identity, probe);
        } catch (error) {
          // The search can do without.
          keeps = false;
          const message = `The probes of the search cannot be kept for --resume: ${messageOf(error)}.`;
          onEvent({ type: 'problem', run, message });
        }
      },
    },
  );
  const onProbe = (told: PeakProgress) => {
    probes.push(told.probe);
    const progress = told.qps === undefined ? { ...told, ...bracketOf(probes) } : told;
    known = progress;
    const number = target.last()?.request.number ?? 0;
    onEvent({ type: 'peak-probe', run, number, progress, ...said });
  };
  const search = async (earlier: readonly ServedProbe[]) => {
    try {
      return await searchPeak(target, settings, { onProbe, signal }, earlier);
    } catch (error) {
      if (!(error instanceof FaultyProbe) && !isStop(error, { signal })) throw error;
      return unfinishedFinding(probes, bound, settings, earlierS + target.elapsedS());
    }
  };
  const { result: finding, ...observed } = await observe(context, async () => {
    const found = await search(before);
    // A run needs a measurement of its own: what earlier probes alone say is shown by new ones.
    const shown = found.kind === 'found' || target.last() !== undefined || signal.aborted;
    return shown ? found : search([]);
  });
  sut.library.unload();
  return { ...observed, finding, last: target.last(), slowest: target.slowest() };
}
