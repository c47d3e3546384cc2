/** Boxes as columns, so that half a million detections cost megabytes; images and categories are counted from 0. */

/** Boxes of one kind; box i is `boxes[4i..4i+3]` = x, y, width, height in pixels. */
export interface BoxTable {
  readonly count: number;
  readonly image: Int32Array;
  readonly category: Int32Array;
  readonly boxes: Float64Array;
}

/** Ground truth. `area` is the object's, in square pixels, and need not be that of its box. */
export interface TruthTable extends BoxTable {
  readonly area: Float64Array;
  /** 1 where the box covers a crowd: detections in it are neither right nor wrong. */
  readonly crowd: Uint8Array;
  /** 1 where the annotation's id is 0: pycocotools takes a match with it for none, and so do we. */
  readonly idZero: Uint8Array;
}

export interface DetectionTable extends BoxTable {
  readonly score: Float64Array;
}

/** All that an evaluation needs. */
export interface CocoSet {
  readonly images: number;
  readonly categories: number;
  readonly truth: TruthTable;
  readonly detections: DetectionTable;
}

export function emptyTruth(count: number): TruthTable {
  return {
    ...emptyBoxes(count),
    area: new Float64Array(count),
    crowd: new Uint8Array(count),
    idZero: new Uint8Array(count),
  };
}

export function emptyDetections(count: number): DetectionTable {
  return { ...emptyBoxes(count), score: new Float64Array(count) };
}

function emptyBoxes(count: number): BoxTable {
  return {
    count,
    image: new Int32Array(count),
    category: new Int32Array(count),
    boxes: new Float64Array(4 * count),
  };
}

/** Fills row i of a table's box columns. */
export function setBox(
  table: BoxTable,
  i: number,
  image: number,
  category: number,
  box: ArrayLike<number>,
): void {
  table.image[i] = image;
  table.category[i] = category;
  table.boxes.set(box, 4 * i);
}

/** The table without its unused rows. */
export function firstRows(table: DetectionTable, count: number): DetectionTable {
  return {
    count,
    image: table.image.subarray(0, count),
    category: table.category.subarray(0, count),
    boxes: table.boxes.subarray(0, 4 * count),
    score: table.score.subarray(0, count),
  };
}
