/** Chooses the batch policy of a run: what the plan gives, and for the rest what suits scenario and task. */
import type { BatchPolicy } from '../engine/batching/batch-policy.js';
import { latencyBoundOf } from '../plan/requested.js';
import type { PlannedRun } from '../plan/types.js';

/** Where the buckets of SQuAD's lengths end, tokens; its features are 32 to 384 long, most 100 to 250. */
export const textBuckets: readonly number[] = [96, 128, 160, 192, 256, 384];

/**
 * The policy of a run whose batches hold up to `maxBatch` samples, with only what its scenario has a use for: Server
 * may hold samples back, Offline sorts them, and buckets serve where batches are taken from samples of unlike length.
 * @throws BaremarkError BAD_CONF or BAD_OPTION where the settings that hold the latency bound cannot be read
 */
export function chooseBatchPolicy(run: PlannedRun, maxBatch: number): BatchPolicy {
  const { batching, scenario, model } = run;
  const policy: BatchPolicy = {
    maxBatch,
    order: 'arrival',
    buckets: [],
    padding: { pad: batching.pad, maxLength: model.inputSize },
  };
  const text = model.task === 'bert' && batching.pad === 'longest';
  const buckets = batching.buckets ?? (text ? textBuckets : []);
  switch (scenario) {
    case 'Offline':
      return { ...policy, order: 'longest-first' };
    case 'Server': {
      // A free device takes what there is: batches fill by themselves when it does not keep up, and from neighbouring
      // buckets where that saves time. Waiting for fuller ones held no higher rate.
      const maxWaitNs = batching.maxWaitMs === 'auto' ? 0 : batching.maxWaitMs * 1e6;
      const bound = maxWaitNs > 0 ? { boundNs: latencyBoundOf(run).ns } : {};
      return { ...policy, buckets, maxWaitNs, ...bound };
    }
    case 'MultiStream':
      return { ...policy, buckets };
    case 'SingleStream':
      return policy;
  }
}

/** The policy as the opened model and data set allow it: no batch above the model's, no lengths where all are alike. */
export function fittedBatchPolicy(
  policy: BatchPolicy,
  { largestBatch, lengthsDiffer }: { readonly largestBatch: number; readonly lengthsDiffer: boolean },
): BatchPolicy {
  const maxBatch = Math.min(policy.maxBatch, largestBatch);
  return {
    ...policy,
    maxBatch,
    order: lengthsDiffer ? policy.order : 'arrival',
    buckets: lengthsDiffer && maxBatch > 1 ? policy.buckets : [],
  };
}
