/** Draws a picture with what photographs have and noise lacks: smooth shades, edges, texture, objects of many sizes. */
import { randomInteger } from './random.js';

type Colour = readonly [number, number, number];

interface Shape {
  readonly round: boolean;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
  /** Distance between the stripes of its texture, pixels. */
  readonly stripe: number;
}

/** RGB bytes, row by row. */
export function drawPicture(width: number, height: number, random: () => number): Uint8Array {
  const pixels = new Uint8Array(width * height * 3);
  drawBackground(pixels, width, height, random);
  const shapes = randomInteger(random, 4, 15);
  for (let i = 0; i < shapes; i += 1) drawShape(pixels, width, height, randomShape(width, height, random));
  addGrain(pixels, randomInteger(random, 1, 2 ** 31));
  return pixels;
}

function drawBackground(pixels: Uint8Array, width: number, height: number, random: () => number): void {
  const top = randomColour(random);
  const bottom = randomColour(random);
  const frequency = 2 + 20 * random();
  const waves = Float32Array.from({ length: width }, (_, x) => 14 * Math.sin((x / width) * frequency));
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const down = y / height;
    for (let x = 0; x < width; x += 1) {
      for (let c = 0; c < 3; c += 1) {
        pixels[at] = clamp(top[c]! + (bottom[c]! - top[c]!) * down + waves[x]!);
        at += 1;
      }
    }
  }
}

function drawShape(pixels: Uint8Array, width: number, height: number, shape: Shape): void {
  const right = Math.min(shape.left + shape.width, width);
  const bottom = Math.min(shape.top + shape.height, height);
  for (let y = shape.top; y < bottom; y += 1) {
    const v = (2 * (y - shape.top)) / shape.height - 1;
    for (let x = shape.left; x < right; x += 1) {
      const u = (2 * (x - shape.left)) / shape.width - 1;
      if (shape.round && u * u + v * v > 1) continue;
      const shade = 1 - 0.3 * v - ((x + y) % shape.stripe < shape.stripe / 3 ? 0.2 : 0);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c += 1) pixels[at + c] = clamp(shape.colour[c]! * shade);
    }
  }
}

function randomShape(width: number, height: number, random: () => number): Shape {
  return {
    round: random() < 0.5,
    left: randomInteger(random, 0, width - 8),
    top: randomInteger(random, 0, height - 8),
    // Squaring keeps most objects small, as in COCO.
    width: Math.round(8 + random() ** 2 * width * 0.8),
    height: Math.round(8 + random() ** 2 * height * 0.8),
    colour: randomColour(random),
    stripe: randomInteger(random, 3, 40),
  };
}

function randomColour(random: () => number): Colour {
  return [randomInteger(random, 0, 256), randomInteger(random, 0, 256), randomInteger(random, 0, 256)];
}

/** Adds −4 to 3 to every byte (xorshift32), like a sensor's noise. */
function addGrain(pixels: Uint8Array, seed: number): void {
  let state = seed;
  for (let i = 0; i < pixels.length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pixels[i] = clamp(pixels[i]! + (state & 7) - 4);
  }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(value, 255));
}
