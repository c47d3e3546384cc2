/** Reads `mlperf_log_detail.txt`: the settings of a run, and its figures a second time. */
import { badLog } from './log-text.js';

export interface DetailLog {
  /** Values by LoadGen's keys; integers beyond 2^53 (seeds) are decimal strings. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Lines that begin as log lines and are not JSON. */
  readonly damaged: number;
}

/** Keys that have one value in a log; messages and loaded sets may appear more often. */
const single = /^(requested|effective|result|generated|qsl)_|^(test_datetime|sut_name|loadgen_version)$/;

/**
 * Parses the `:::MLLOG` lines.
 * @throws BaremarkError BAD_LOG where two runs were logged into one file
 */
export function parseDetailLog(path: string, lines: readonly string[]): DetailLog {
  const values = new Map<string, unknown>();
  let damaged = 0;
  for (const line of lines) {
    if (!line.startsWith(':::MLLOG')) continue;
    const entry = parseLine(line.slice(8));
    if (!entry) {
      damaged++;
      continue;
    }
    const before = values.get(entry.key);
    if (before !== undefined && single.test(entry.key) && !same(before, entry.value))
      throw badLog(
        path,
        `says both ${JSON.stringify(before)} and ${JSON.stringify(entry.value)} for "${entry.key}": two runs were logged into one file`,
      );
    values.set(entry.key, entry.value);
  }
  return { values, damaged };
}

/** The settings with this prefix, without it. */
export function loggedSettings(log: DetailLog, prefix: 'requested_' | 'effective_'): Record<string, unknown> {
  const entries = [...log.values].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}

function parseLine(json: string): { key: string; value: unknown } | undefined {
  try {
    // JavaScript would round a 64-bit seed, so such integers are read as strings.
    const safe = json.replace(/("value":\s*)(\d{16,})(?=\s*[,}])/, (whole, name: string, digits: string) =>
      Number.isSafeInteger(Number(digits)) ? whole : `${name}"${digits}"`,
    );
    const entry: unknown = JSON.parse(safe);
    if (entry === null || typeof entry !== 'object' || !('key' in entry) || !('value' in entry))
      return undefined;
    return typeof entry.key === 'string' ? { key: entry.key, value: entry.value } : undefined;
  } catch {
    return undefined;
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
