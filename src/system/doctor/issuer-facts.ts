/** What this machine allows the issuer thread to do for its punctuality: timer slack, real-time scheduling, spare cores. */
import { writeFileSync } from 'node:fs';
import { type Host, readTrimmed } from '../../base/host/host.js';
import { type Measured, measured, orUnavailable, unavailable } from '../../base/measured.js';

export interface IssuerFacts {
  /** Whether the timer slack of a thread can be set, so that sleeps end on time. */
  readonly timerSlackWritable: boolean;
  readonly timerSlackNs: Measured<number>;
  /** Whether the real-time scheduler SCHED_FIFO may be used, tried with `chrt`. */
  readonly realTime: Measured<boolean>;
  /** Whether a thread may raise its priority (CAP_SYS_NICE or RLIMIT_NICE). */
  readonly raisePriority: Measured<boolean>;
}

/** Bit of CAP_SYS_NICE in the capability masks of /proc/self/status (capabilities(7)). */
const capSysNice = 1n << 23n;

function mayRaisePriority(host: Host): Measured<boolean> {
  const mask = /^CapEff:\s*([0-9a-f]+)/m.exec(host.read('/proc/self/status') ?? '')?.[1];
  const limit = /^Max nice priority\s+(\d+)/m.exec(host.read('/proc/self/limits') ?? '')?.[1];
  if (mask === undefined) return unavailable('/proc/self/status cannot be read');
  // RLIMIT_NICE of n allows nice values down to 20 − n.
  return measured((BigInt(`0x${mask}`) & capSysNice) !== 0n || Number(limit ?? 0) > 20);
}

async function mayRunRealTime(host: Host): Promise<Measured<boolean>> {
  const tried = await host.run('chrt', ['-f', '1', 'true'], { timeoutMs: 2000 });
  if (tried.kind === 'missing') return unavailable('chrt (of util-linux) is not installed');
  return measured(tried.kind === 'exited' && tried.code === 0);
}

export async function readIssuerFacts(host: Host): Promise<IssuerFacts> {
  const path = '/proc/self/timerslack_ns';
  const slack = readTrimmed(host, path);
  let writable = false;
  try {
    if (slack !== undefined) {
      writeFileSync(host.resolve(path), slack);
      writable = true;
    }
  } catch {
    // Not permitted: that is the answer.
  }
  return {
    timerSlackWritable: writable,
    timerSlackNs: orUnavailable(slack === undefined ? undefined : Number(slack), `${path} cannot be read`),
    realTime: await mayRunRealTime(host),
    raisePriority: mayRaisePriority(host),
  };
}
