/** A data set of counts only, for backends that take no inputs. */
import { createHash } from 'node:crypto';
import type { NoDataSpec } from './library-spec.js';
import type { SampleLibrary } from './sample-library.js';

export function openNoData({ totalSampleCount, performanceSampleCount }: NoDataSpec): SampleLibrary {
  return {
    name: 'none',
    totalSampleCount,
    performanceSampleCount: Math.min(performanceSampleCount, totalSampleCount),
    hash: createHash('sha256')
      .update(JSON.stringify(['none/1', totalSampleCount]))
      .digest('hex'),
    response: 'none',
    sampleName: (index) => `sample-${index}`,
    load: async (indices, onProgress) => {
      onProgress?.(indices.length);
      return { indices: indices.slice(), columns: [], response: 'none' };
    },
    unload: () => {},
  };
}
