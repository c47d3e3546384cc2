/** How close a run's answers are to those of a reference, as `run.json` holds it: a union by what the model answers. */
import { z } from 'zod';
import { amount, figure } from '../../base/figure-schema.js';

const common = {
  /** What computed the reference's answers, e.g. `FP32 on CPUExecutionProvider`. */
  reference: z.string(),
  samples: amount,
  /** Samples with a good answer on both sides, and those with the same bits. */
  compared: amount,
  identical: amount,
  meets99: z.boolean(),
  meets999: z.boolean(),
  /** Share that the benchmark asks for, 0.99 or 0.999, and whether it is kept. */
  gate: amount,
  met: z.boolean(),
  message: z.string(),
  /** What is wrong with either side's answers, one sentence each. */
  problems: z.array(z.string()),
};

export const fidelity = z.discriminatedUnion('task', [
  z.object({
    task: z.literal('squad'),
    ...common,
    /** Share of all samples whose answer span is the same, 0 to 1. */
    equalSpans: amount,
    /** Largest and mean absolute difference of logits; absent where no sample could be compared. */
    largestDifference: amount.optional(),
    meanDifference: amount.optional(),
  }),
  z.object({
    task: z.literal('coco'),
    ...common,
    /** Detections of each side. */
    referenceDetections: amount,
    testDetections: amount,
    /** Detections matched at IoU 0.5, and their share of the larger of the two numbers above. */
    matched: amount,
    matchedShare: amount,
    /** mAP against the reference's detections, 0 to 1; -1 where it found none. */
    ap: figure,
  }),
]);
