/** How long a run takes at least, from its settings alone, before anything is generated. */
import type { EffectiveSettings } from './effective.js';

/**
 * Seconds that a run takes at least: in Server its schedule decides, else the minimum duration and the rate.
 * @param samplesPerSecond what the system completes; where it is not known, only what the settings ask for counts
 */
export function leastSeconds(effective: EffectiveSettings, samplesPerSecond?: number): number {
  const { scenario, mode, targetQps, minDurationNs, minQueryCount, samplesPerQuery } = effective;
  const accuracy = mode === 'AccuracyOnly';
  const samples = accuracy ? effective.accuracySampleCount : minQueryCount * samplesPerQuery;
  if (scenario === 'Server') {
    const scheduled = ((accuracy ? samples : minQueryCount) - 1) / targetQps;
    return accuracy ? scheduled : Math.max(scheduled, minDurationNs / 1e9);
  }
  const computed = samplesPerSecond === undefined ? 0 : samples / samplesPerSecond;
  return accuracy ? computed : Math.max(computed, minDurationNs / 1e9);
}
