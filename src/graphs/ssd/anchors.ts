/** SSD's default boxes, and how a head's four numbers move one of them. */
import { boxesPerPlace } from './topology.js';

/** Sides of the default boxes for a 300-pixel image, one more than there are grids (SSD's COCO setting). */
const sides300: readonly number[] = [21, 45, 99, 153, 207, 261, 315];

/** The heads' numbers are scaled by these before they move a centre or stretch a side. */
export const centreScale = 0.1;
export const sideScale = 0.2;

/**
 * Default boxes as [anchors, 4] of centre x, centre y, width and height, relative to the image.
 * The order is grid, box shape, row, column. A grid's step is the image's side ÷ the grid's, cut to a whole pixel.
 * Wide boxes reach over the image's edge and are not clipped, as in MLCommons' post-processing graph.
 */
export function defaultBoxes(inputSize: number, grids: readonly number[]): Float32Array {
  const boxes: number[] = [];
  grids.forEach((grid, level) => {
    const step = Math.floor(inputSize / grid) / inputSize;
    for (const [width, height] of shapes(inputSize, level))
      for (let row = 0; row < grid; row++)
        for (let column = 0; column < grid; column++)
          boxes.push((column + 0.5) * step, (row + 0.5) * step, width, height);
  });
  return Float32Array.from(boxes);
}

/** Widths and heights of a grid's boxes: two squares, then each aspect ratio as a wide and as a tall box. */
function shapes(inputSize: number, level: number): [number, number][] {
  const side = (index: number): number => Math.floor((sides300[index]! * inputSize) / 300) / inputSize;
  const small = side(level);
  const between = Math.sqrt(small * side(level + 1));
  const ratios = boxesPerPlace[level] === 6 ? [2, 3] : [2];
  const oblong = ratios.flatMap((ratio): [number, number][] => {
    const [long, short] = [small * Math.sqrt(ratio), small / Math.sqrt(ratio)];
    return [
      [long, short],
      [short, long],
    ];
  });
  return [[small, small], [between, between], ...oblong];
}
