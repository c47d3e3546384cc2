import { describe, expect, it } from 'vitest';
import { imageColumn, writePixels } from '../../src/datasets/columns/pixels.js';
import { resizeToSquare } from '../../src/datasets/images/resize.js';

const grey = (values: readonly number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));

describe('resizing', () => {
  it('interpolates between the centres of pixels', () => {
    // Centres of four pixels over two lie at −0.25, 0.25, 0.75 and 1.25 of the way from the first to the second.
    const made = resizeToSquare({ width: 2, height: 1, data: grey([0, 100]) }, 4);
    expect(made).toEqual(grey([0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100]));
  });

  it('widens its kernel when reducing', () => {
    // Four pixels to two: weights 3/4, 3/4, 1/4 and 0 of the first, over their sum 7/4.
    const row = [70, 0, 0, 0];
    const made = resizeToSquare({ width: 4, height: 1, data: grey(row) }, 2);
    expect(made).toEqual(grey([30, 0, 30, 0]));
    expect(resizeToSquare({ width: 1, height: 4, data: grey([0, 0, 70, 0]) }, 2)).toEqual(
      grey([10, 10, 30, 30]),
    );
  });

  it.each([1, 3, 7, 10, 31])('keeps an even colour at %d pixels', (size) => {
    const data = new Uint8Array(10 * 7 * 3).fill(255);
    expect(resizeToSquare({ width: 10, height: 7, data }, size).every((value) => value === 255)).toBe(true);
  });

  it('changes nothing at the same size', () => {
    const data = Uint8Array.from({ length: 48 }, (_, i) => (i * 37) % 256);
    expect(resizeToSquare({ width: 4, height: 4, data }, 4)).toEqual(data);
  });
});

describe('pixels as a model takes them', () => {
  const rgb = Uint8Array.of(255, 0, 51, 0, 255, 102);

  it('are normalized by channel, one plane a channel', () => {
    const { view } = imageColumn('float-nchw', 1, 2);
    writePixels({ layout: 'float-nchw' }, rgb, view, 0);
    // (x − mean) / std by hand: (1 − .485)/.229, (0 − .485)/.229, (0 − .456)/.224, (1 − .456)/.224, (.2 − .406)/.225, ...
    const expected = [2.248908, -2.117904, -2.035714, 2.428571, -0.915556, -0.026667];
    for (const [i, value] of expected.entries()) expect(view[i]).toBeCloseTo(value, 5);
  });

  it('lie between -1 and 1 where they are normalized by sign', () => {
    const { view } = imageColumn('float-nchw', 1, 2);
    writePixels({ layout: 'float-nchw', normalization: 'signed' }, rgb, view, 0);
    // 2x/255 − 1 of 255, 0; 0, 255; 51, 102.
    for (const [i, value] of [1, -1, -1, 1, -0.6, -0.2].entries()) expect(view[i]).toBeCloseTo(value, 6);
  });

  it('are the bytes themselves as uint8', () => {
    const { view, column } = imageColumn('uint8-nhwc', 1, 2);
    writePixels({ layout: 'uint8-nhwc' }, rgb, view, 0);
    expect(view).toEqual(new Uint8Array(column.data));
    expect(Array.from(view as Uint8Array)).toEqual(Array.from(rgb));
    expect(column.dims).toEqual([1, 1, 3]);
  });

  it('are the same in half precision', () => {
    const { view } = imageColumn('float16-nchw', 1, 2);
    writePixels({ layout: 'float16-nchw' }, rgb, view, 0);
    // −0.026667 lies between −0x1.b4ep-6 and its neighbour; −2.035714 nearest to −2.03515625 = 0xc012.
    expect(view[2]).toBe(0xc012);
  });
});
