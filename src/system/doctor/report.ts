/** Examines what this machine offers for benchmarks and what is missing, with the command that closes each gap. */
import { builtInProfiles } from '../../backends/built-in.js';
import { defaultSut } from '../../backends/default-sut.js';
import type { Examination, Gap } from '../../backends/examination.js';
import type { BackendProfile } from '../../backends/profile.js';
import { BaremarkError } from '../../base/errors.js';
import { type Host, localHost } from '../../base/host/host.js';
import { known } from '../../base/measured.js';
import { orList, show } from '../../base/suggest.js';
import { takeFingerprint } from '../fingerprint.js';
import type { Fingerprint } from '../types.js';
import { type IssuerFacts, readIssuerFacts } from './issuer-facts.js';

export interface DoctorReport {
  readonly schema: 'baremark-doctor/2';
  /** The backend and the device that `ok` is about. */
  readonly backend: string;
  readonly device: string;
  /** Whether every chosen device opens a session and runs a model. */
  readonly ok: boolean;
  readonly fingerprint: Fingerprint;
  /** What each backend found, by its name. */
  readonly backends: Readonly<Record<string, Examination>>;
  readonly issuer: IssuerFacts;
  /** What makes measuring worse without making it impossible. */
  readonly advice: readonly Gap[];
}

export interface DoctorOptions {
  /** Whose device must work; the default backend where absent. */
  readonly backend?: string;
  /** As `--device` takes it; where absent, the one that a benchmark would be about here: a GPU where there is one. */
  readonly device?: string;
  readonly host?: Host;
  /** The backends to examine; the built-in ones where absent. */
  readonly profiles?: readonly BackendProfile[];
}

/**
 * Examines the machine and, through each backend, its devices (seconds on a GPU).
 * @throws BaremarkError `UNKNOWN_DEVICE` where `device` does not exist, `UNKNOWN_BACKEND` where the backend has nothing
 * to examine
 */
export async function doctorReport(options: DoctorOptions = {}): Promise<DoctorReport> {
  const { host = localHost(), profiles = builtInProfiles, backend = defaultSut.backend } = options;
  refuseUnexamined(backend, profiles);
  const fingerprint = await takeFingerprint(host);
  const backends: Record<string, Examination> = {};
  for (const { name, examine } of profiles) {
    const device = name === backend ? options.device : undefined;
    if (examine) backends[name] = await examine({ host, gpus: fingerprint.gpu, device });
  }
  const { device, selected, findings } = backends[backend]!;
  const issuer = await readIssuerFacts(host);
  return {
    schema: 'baremark-doctor/2',
    backend,
    device,
    ok: selected.every((name) =>
      findings.some((finding) => finding.device === name && finding.outcome.kind === 'works'),
    ),
    fingerprint,
    backends,
    issuer,
    advice: issuerAdvice(issuer, fingerprint),
  };
}

function refuseUnexamined(backend: string, profiles: readonly BackendProfile[]): void {
  const names = profiles.filter(({ examine }) => examine !== undefined).map(({ name }) => name);
  if (!names.includes(backend))
    throw new BaremarkError(
      'UNKNOWN_BACKEND',
      `--backend is ${show(backend)}, which has nothing for the doctor to examine; choose ${orList(names)}.`,
    );
}

function issuerAdvice(issuer: IssuerFacts, { cpu, os }: Fingerprint): readonly Gap[] {
  const advice: Gap[] = [];
  const clock = known(os.clockSource);
  if (clock !== undefined && !/^(tsc|kvm-clock|hyperv_clocksource|arch_sys_counter|xen)/.test(clock))
    advice.push({
      problem: `The clock source ${clock} is slow to read, so timestamps cost more.`,
      fix: 'echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource',
      runnable: true,
    });
  const governor = known(cpu.governor);
  if (governor !== undefined && governor !== 'performance')
    advice.push({
      problem: `The CPU governor is ${governor}, so clocks change during a run.`,
      fix: 'sudo cpupower frequency-set -g performance',
      runnable: true,
    });
  if (known(issuer.realTime) === false)
    advice.push({
      problem:
        'The issuer may not run with real-time priority, so it can be late when inference uses every core.',
      // Capabilities on the node binary would make the loader ignore LD_LIBRARY_PATH, which CUDA needs; a limit does not.
      fix: 'echo "$USER - rtprio 99" | sudo tee /etc/security/limits.d/baremark.conf  # then log in again',
      runnable: true,
    });
  if ((known(cpu.logicalCpus) ?? 2) < 2)
    advice.push({
      problem: 'There is only one CPU, so the issuer and inference share it.',
      fix: 'give the VM two or more vCPUs',
      runnable: false,
    });
  return advice;
}
