/**
 * What part of a card NVIDIA's vGPU and MIG profiles stand for.
 * Source of the tables: NVIDIA vGPU (C-Series) documentation, "Virtual GPU Types for Supported GPUs" (equal-size mode),
 * and the NVIDIA Multi-Instance GPU User Guide, "Supported MIG Profiles".
 */

/** A card that MIG can divide. */
interface MigCard {
  readonly computeSlices: number;
  readonly memorySlices: number;
  /** [compute slices, GB in the name, memory slices, most per card] */
  readonly profiles: readonly (readonly [number, number, number, number])[];
}

/** Seven compute and eight memory slices, as on A100, H100 and H200. */
function sevenSlices(one: number, two: number, half: number, whole: number): MigCard {
  return {
    computeSlices: 7,
    memorySlices: 8,
    profiles: [
      [1, one, 1, 7],
      [1, two, 2, 4],
      [2, two, 2, 3],
      [3, half, 4, 2],
      [4, half, 4, 1],
      [7, whole, 8, 1],
    ],
  };
}

/** Cards by their whole memory in GB. */
const migCards: ReadonlyMap<number, MigCard> = new Map([
  [40, sevenSlices(5, 10, 20, 40)], // A100 40GB
  [80, sevenSlices(10, 20, 40, 80)], // A100 80GB, H100 80GB
  [94, sevenSlices(12, 24, 47, 94)], // H100 94GB
  [96, sevenSlices(12, 24, 48, 96)], // H100 of GH200, H20
  [141, sevenSlices(18, 35, 71, 141)], // H200
  [
    24, // A30
    {
      computeSlices: 4,
      memorySlices: 4,
      profiles: [
        [1, 6, 1, 4],
        [2, 12, 2, 2],
        [4, 24, 4, 1],
      ],
    },
  ],
]);

/** Time-sliced C-series: card, its frame buffer in MiB, and the most vGPUs of each size (GB in the name) per card. */
const timeSliced: readonly (readonly [RegExp, number, Readonly<Record<number, number>>])[] = [
  [/^A100X?$/, 40960, { 4: 10, 5: 8, 8: 5, 10: 4, 20: 2, 40: 1 }],
  [/^A100DX?$/, 81920, { 4: 20, 8: 10, 10: 8, 16: 5, 20: 4, 40: 2, 80: 1 }],
  [/^A30$/, 24576, { 4: 6, 6: 4, 8: 3, 12: 2, 24: 1 }],
  [/^H100(XM)?$/, 81920, { 4: 20, 5: 16, 8: 10, 10: 8, 20: 4, 40: 2, 80: 1 }],
  [/^H100X?L$/, 96246, { 4: 23, 6: 15, 11: 8, 15: 6, 23: 4, 47: 2, 94: 1 }],
  [/^H200X?$/, 144384, { 4: 32, 7: 20, 8: 16, 14: 10, 17: 8, 28: 5, 35: 4, 70: 2, 141: 1 }],
];

export interface ProfileShare {
  readonly profile: string;
  readonly computeSlices?: number;
  readonly cardComputeSlices?: number;
  readonly memorySlices?: number;
  readonly cardMemorySlices?: number;
  /** Share of the card's memory, 0 to 1. */
  readonly memoryFraction?: number;
  /** Share of the card's compute, 0 to 1; absent where time slicing decides it from moment to moment. */
  readonly computeFraction?: number;
  readonly frameBufferMiB?: number;
  readonly maxPerCard?: number;
}

/** The card with this whole memory; a driver reports up to 2 GB less than the name says. */
function migCardOf(cardMiB: number): MigCard | undefined {
  const gib = cardMiB / 1024;
  return [...migCards].find(([name]) => gib > name - 2.1 && gib < name + 1)?.[1];
}

/** The share a MIG profile such as `3g.20gb` or `1c.3g.20gb` is, on a card with this much memory in MiB. */
export function migProfileShare(profile: string, cardMiB: number | undefined): ProfileShare {
  const match = /^(?:(\d+)c\.)?(\d+)g\.(\d+)gb(\+\S+)?$/.exec(profile);
  const card = cardMiB === undefined ? undefined : migCardOf(cardMiB);
  if (!match || !card) return { profile };
  const row = card.profiles.find(
    ([slices, name]) => slices === Number(match[2]) && name === Number(match[3]),
  );
  if (!row) return { profile };
  const [instanceSlices, , memorySlices, most] = row;
  const computeSlices = match[1] ? Number(match[1]) : instanceSlices;
  return {
    profile,
    computeSlices,
    cardComputeSlices: card.computeSlices,
    memorySlices,
    cardMemorySlices: card.memorySlices,
    computeFraction: computeSlices / card.computeSlices,
    memoryFraction: memorySlices / card.memorySlices,
    // Only one slice a card can have the media extensions; a compute instance shares its GPU instance's count.
    ...(match[1] ? {} : { maxPerCard: match[4] === '+me' ? 1 : most }),
  };
}

/** The MIG profile of a device with this many multiprocessor slices' worth of memory, where the driver does not name it. */
export function migProfileFor(
  deviceMiB: number,
  multiprocessors: number,
  cardMiB: number,
): string | undefined {
  const card = migCardOf(cardMiB);
  if (!card) return undefined;
  const share = deviceMiB / cardMiB;
  const closest = card.profiles
    .map(([slices, name, memory]) => ({
      slices,
      name,
      distance: Math.abs(memory / card.memorySlices - share),
    }))
    .filter(({ distance }) => distance < 0.06);
  const memoryMatches = closest.filter(
    ({ distance }) => distance <= Math.min(...closest.map((row) => row.distance)) + 1e-9,
  );
  // A slice of A100 has 14 multiprocessors; H100 and H200 give 16, and 60 for three slices, so three and four stay apart.
  const bySlices = (slices: number) =>
    Math.min(Math.abs(multiprocessors - slices * 14), Math.abs(multiprocessors - slices * 16));
  const sixty = memoryMatches.find(({ slices }) => slices === 3 && multiprocessors === 60);
  const best = sixty ?? memoryMatches.sort((a, b) => bySlices(a.slices) - bySlices(b.slices))[0];
  return best && `${best.slices}g.${best.name}gb`;
}

/** The vGPU profile in a product name such as `GRID A100-40C`, `NVIDIA A100D-3-40C` or `A100-1-5CME`; undefined for a whole card. */
export function vgpuProfileIn(productName: string): string | undefined {
  return /\b([A-Z0-9]+(?:[-_ ][A-Z][A-Za-z]+)?-(?:\d+-)?\d+[ABCQ](?:ME)?)$/.exec(productName)?.[1];
}

/** The share a vGPU profile is; unknown cards still tell their frame buffer by the name. */
export function vgpuProfileShare(profile: string): ProfileShare & { readonly migBacked: boolean } {
  const match = /^(.+?)-(?:(\d+)-)?(\d+)[ABCQ](ME)?$/.exec(profile);
  if (!match) return { profile, migBacked: false };
  const [, card = '', slices, gb = '0', media] = match;
  const row = timeSliced.find(([name]) => name.test(card));
  if (slices !== undefined) {
    const mig = row ? migProfileShare(`${slices}g.${gb}gb${media ? '+me' : ''}`, row[1]) : { profile };
    return { ...mig, profile, frameBufferMiB: Number(gb) * 1024, migBacked: true };
  }
  const frameBufferMiB = Number(gb) * 1024;
  if (!row) return { profile, frameBufferMiB, migBacked: false };
  const whole = Math.max(...Object.keys(row[2]).map(Number)) === Number(gb);
  const actual = whole ? row[1] : frameBufferMiB;
  return {
    profile,
    frameBufferMiB: actual,
    memoryFraction: actual / row[1],
    maxPerCard: row[2][Number(gb)],
    migBacked: false,
  };
}
