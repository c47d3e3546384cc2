/** Turns RGB bytes into the model's input: normalized or as they are, in the layout that the model takes. */
import { floatToHalf } from '../../base/float16.js';
import type { TensorData } from '../../base/tensor.js';
import type { ImageLayout, Normalization } from '../library-spec.js';
import { fixedColumn, type OpenColumn } from './columns.js';

/** ImageNet's statistics of red, green and blue, as the MLPerf reference of SSD-ResNet34 uses them. */
const mean = [0.485, 0.456, 0.406] as const;
const std = [0.229, 0.224, 0.225] as const;

/** (x / 255 − mean) / std of each byte of each channel, each step rounded to float32 as the reference's arrays do. */
const normalized = mean.map((m, channel) =>
  Float32Array.from(
    { length: 256 },
    (_, byte) => Math.fround(Math.fround(byte / 255) - Math.fround(m)) / Math.fround(std[channel]!),
  ),
);
/** x × 2/255 − 1 of each byte, for every channel, as the MobileNet detectors of TensorFlow's Object Detection API have it. */
const signed = Float32Array.from({ length: 256 }, (_, byte) => Math.fround(byte * Math.fround(2 / 255)) - 1);

const tables: Readonly<Record<Normalization, readonly Float32Array[]>> = {
  imagenet: normalized,
  signed: [signed, signed, signed],
};
const halves = (values: readonly Float32Array[]) =>
  values.map((table) => Uint16Array.from(table, floatToHalf));
const halfTables = { imagenet: halves(tables.imagenet), signed: halves(tables.signed) };

/** The column `image` for `count` square images. */
export function imageColumn(layout: ImageLayout, size: number, count: number): OpenColumn {
  if (layout === 'uint8-nhwc') return fixedColumn('image', 'uint8', [size, size, 3], count);
  return fixedColumn('image', layout === 'float-nchw' ? 'float32' : 'float16', [3, size, size], count);
}

/** Writes RGB bytes into the column's view at an element offset, in the layout's order and type. */
export function writePixels(
  {
    layout,
    normalization = 'imagenet',
  }: { readonly layout: ImageLayout; readonly normalization?: Normalization },
  rgb: Uint8Array,
  target: TensorData,
  at: number,
): void {
  if (layout === 'uint8-nhwc') {
    (target as Uint8Array).set(rgb, at);
    return;
  }
  const plane = rgb.length / 3;
  const values = target as Float32Array | Uint16Array;
  for (let channel = 0; channel < 3; channel += 1) {
    const table = (layout === 'float-nchw' ? tables : halfTables)[normalization][channel]!;
    const start = at + channel * plane;
    for (let i = 0, from = channel; i < plane; i += 1, from += 3) values[start + i] = table[rgb[from]!]!;
  }
}
