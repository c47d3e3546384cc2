/** Protocol buffers' wire format, read from a file in place: long fields are stepped over, so gigabytes cost a few reads. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The bytes are no message of the wire format. */
export class WireError extends Error {}

/** One field of a message: its value is a number, or lies from `start` to `end` in the file; `fixed32` has no length of its own. */
export type WireField =
  | { readonly number: number; readonly kind: 'number'; readonly value: number }
  | {
      readonly number: number;
      readonly kind: 'bytes' | 'fixed32';
      readonly start: number;
      readonly end: number;
    };

/** Where a message, a text or packed numbers lie in the file. */
export type WirePlace = { readonly start: number; readonly end: number };

const windowBytes = 1 << 16;

/** A file of which one window at a time is in memory. */
export class WireFile {
  readonly size: number;
  readonly #file: number;
  readonly #window = Buffer.alloc(windowBytes);
  #from = 0;
  #held = 0;

  /** Throws the file system's error where the file cannot be opened. */
  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.size = fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The fields of the message from `start` to `end`. Throws `WireError` where they do not fit into it. */
  *fields(start: number, end: number): Generator<WireField> {
    let at = start;
    while (at < end) {
      const key = this.#varint(at, end);
      at = key.end;
      const number = Number(key.value >> 3n);
      if (number === 0) throw new WireError(`byte ${start} begins no message`);
      switch (Number(key.value & 7n)) {
        case 0: {
          const { value, end: after } = this.#varint(at, end);
          at = after;
          yield { number, kind: 'number', value: Number(BigInt.asIntN(64, value)) };
          break;
        }
        case 1:
          at = this.#within(at + 8, end);
          break;
        case 2: {
          const length = this.#varint(at, end);
          at = this.#within(length.end + Number(length.value), end);
          yield { number, kind: 'bytes', start: length.end, end: at };
          break;
        }
        case 5: {
          const start = at;
          at = this.#within(at + 4, end);
          yield { number, kind: 'fixed32', start, end: at };
          break;
        }
        default:
          throw new WireError(`byte ${at} begins no field`);
      }
    }
  }

  /** The numbers of a packed field, which holds nothing but varints. */
  *numbers(start: number, end: number): Generator<number> {
    for (let at = start; at < end; ) {
      const { value, end: after } = this.#varint(at, end);
      at = after;
      yield Number(BigInt.asIntN(64, value));
    }
  }

  /** The text from `start` to `end`; throws `WireError` where it is longer than a name would be. */
  text(start: number, end: number): string {
    if (end - start > windowBytes) throw new WireError(`byte ${start} begins a name of ${end - start} bytes`);
    return this.bytes(start, end).toString('utf8');
  }

  /** The bytes from `start` to `end`, copied. */
  bytes(start: number, end: number): Buffer {
    const bytes = Buffer.alloc(end - start);
    if (readSync(this.#file, bytes, 0, bytes.length, start) < bytes.length)
      throw new WireError(`it ends at byte ${this.size}, in the middle`);
    return bytes;
  }

  #within(at: number, end: number): number {
    if (at > this.size) throw new WireError(`it ends at byte ${this.size}, in the middle`);
    if (at > end) throw new WireError(`a field ends at byte ${at}, after its message`);
    return at;
  }

  #varint(start: number, end: number): { readonly value: bigint; readonly end: number } {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      this.#within(start + i + 1, end);
      const byte = this.#byte(start + i);
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return { value, end: start + i + 1 };
    }
    throw new WireError(`byte ${start} begins no number`);
  }

  #byte(at: number): number {
    if (at < this.#from || at >= this.#from + this.#held) {
      this.#held = readSync(this.#file, this.#window, 0, windowBytes, at);
      this.#from = at;
      if (this.#held === 0) throw new WireError(`it ends at byte ${at}, in the middle`);
    }
    return this.#window[at - this.#from]!;
  }
}
