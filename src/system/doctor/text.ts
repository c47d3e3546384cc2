/** The doctor's report as plain text of at most 80 columns. */
import type { Gap, TextSection } from '../../backends/examination.js';
import type { Measured } from '../../base/measured.js';
import type { Gpu } from '../types.js';
import type { DoctorReport } from './report.js';

const width = 80;
const labelWidth = 14;

/** Breaks a text at spaces into lines of at most `columns`; a word that is longer, such as a path, stays whole. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function row(label: string, text: string): readonly string[] {
  return wrap(text, width - labelWidth - 2).map(
    (line, i) => `  ${(i === 0 ? label : '').padEnd(labelWidth)}${line}`,
  );
}

function said<T>(field: Measured<T>, text: (value: T) => string = String): string {
  return 'value' in field ? text(field.value) : `unknown: ${field.unavailable}`;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function systemLines({
  fingerprint: { cpu, os, memoryBytes, hypervisor, container },
}: DoctorReport): readonly string[] {
  const limits = [
    said(container.cpuLimit, (cpus) => (cpus === 'unlimited' ? '' : `${cpus} CPUs`)),
    said(container.memoryLimitBytes, (bytes) => (bytes === 'unlimited' ? '' : gib(bytes))),
  ].filter((text) => text !== '');
  return [
    ...row(
      'CPU',
      `${said(cpu.model)}; ${said(cpu.logicalCpus)} logical, ${said(cpu.physicalCores)} cores, ${said(cpu.sockets, (count) => `${count} socket${count === 1 ? '' : 's'}`)}, SMT ${said(cpu.smt)}`,
    ),
    ...row('Memory', said(memoryBytes, gib)),
    ...row('System', `${said(os.name)}, Linux ${said(os.kernel)}`),
    ...row('Hypervisor', said(hypervisor.name)),
    ...row(
      '',
      said(hypervisor.evidence, (lines) => lines.join('; ')),
    ),
    ...row(
      'Container',
      `${said(container.name)}${limits.length > 0 ? `, limited to ${limits.join(', ')}` : ''}`,
    ),
  ];
}

function gpuLines(gpu: Gpu): readonly string[] {
  return [
    ...row(`${gpu.index}`, `${said(gpu.model)}, ${said(gpu.memoryMiB, (mib) => `${mib} MiB`)}`),
    ...row('', said(gpu.uuid)),
    ...row(
      '',
      said(gpu.share, (share) => share.description),
    ),
    ...gpu.migDevices.flatMap((mig) => row('', `${mig.share.description}: ${said(mig.uuid)}`)),
    ...row(
      '',
      `ECC ${said(gpu.ecc)}; power limit ${said(gpu.powerLimitW, (w) => `${w} W`)}; PCIe ${said(gpu.pcieGeneration, (g) => `gen ${g}`)} ${said(gpu.pcieWidth, (w) => `x${w}`)}`,
    ),
  ];
}

function sectionLines({ title, rows }: TextSection): readonly [string, readonly string[]] {
  return [title, rows.flatMap((each) => ('line' in each ? each.line : row(each.label, each.text)))];
}

/** A command goes on after a backslash, so that it can be copied with its line breaks. */
function fixLines({ fix, runnable }: Gap): readonly string[] {
  const lines = wrap(fix, width - 10);
  return lines.map((line, i) => {
    const start = i > 0 ? '        ' : runnable ? '      $ ' : '      → ';
    return `${start}${line}${runnable && i < lines.length - 1 ? ' \\' : ''}`;
  });
}

function gapLines(gaps: readonly Gap[]): readonly string[] {
  return gaps.flatMap((gap) => [
    ...wrap(gap.problem, width - 4).map((line, i) => `${i === 0 ? '  - ' : '    '}${line}`),
    ...fixLines(gap),
  ]);
}

/** Commands are shown after `$`; everything a person needs to act on is at the end. */
export function doctorText(report: DoctorReport): string {
  const { gpu } = report.fingerprint;
  const { issuer } = report;
  const examinations = Object.values(report.backends);
  const gpus =
    'value' in gpu.gpus
      ? gpu.gpus.value.length === 0
        ? row('none', 'the driver sees none')
        : gpu.gpus.value.flatMap(gpuLines)
      : row('none', gpu.gpus.unavailable);
  const yes = (allowed: boolean) => (allowed ? 'allowed' : 'not allowed');
  const gaps = new Map(
    examinations
      .flatMap(({ findings }) => findings.flatMap(({ gaps: list }) => list))
      .map((gap) => [gap.problem, gap]),
  );
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['System', systemLines(report)],
    [
      'GPUs',
      [
        ...gpus,
        ...('value' in gpu.driver ? row('driver', `${gpu.driver.value}, CUDA up to ${said(gpu.cuda)}`) : []),
      ],
    ],
    ...examinations.flatMap(({ sections: theirs }) => theirs.map(sectionLines)),
    [
      'Punctuality of the issuer',
      [
        ...row('timer slack', issuer.timerSlackWritable ? 'can be set' : 'cannot be set'),
        ...row('SCHED_FIFO', said(issuer.realTime, yes)),
        ...row('clock source', said(report.fingerprint.os.clockSource)),
      ],
    ],
    ['What is missing', gapLines([...gaps.values()])],
    ['What would make measuring better', gapLines(report.advice)],
  ];
  const body = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, ...lines].join('\n'))
    .join('\n\n');
  const verdict = report.ok
    ? `The device ${report.device} works.`
    : `The device ${report.device} does not work; see what is missing above.`;
  return `${body}\n\n${verdict}\n`;
}
