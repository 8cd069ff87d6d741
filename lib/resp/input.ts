/**
 * The bytes of a stream as one place to read from, though they come in chunks.
 *
 * ```txt
 *   feed(chunk)   buffer = the chunk, read where it lies
 *   more()        nothing more to read: what is unfinished is copied to the rest, the chunk is the caller's again
 *   feed(chunk)   buffer = the rest, with the first bytes of the chunk behind it: enough to finish most values
 *   more()        buffer = the chunk, from where the rest left off
 * ```
 *
 * @module
 */
import { type DecodeText, TextWindow } from "./text.ts";

const none: Uint8Array = new Uint8Array(0);

/** Bytes of a chunk that are copied behind an unfinished value; longer values are collected apart. */
const bridge = 4160;
/** A rest that has grown beyond this is given up once it is empty. */
const largestIdleRest = 65_536;
/** Up to this many bytes a loop beats a view and a call. */
const shortCopy = 24;

/** Copies bytes to an earlier place of the same buffer, or to another one. */
function copy(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  if (to - from <= shortCopy) {
    for (let i = from; i < to; i++) target[at + i - from] = source[i]!;
  } else if (from === 0 && to === source.length) target.set(source, at);
  else target.set(source.subarray(from, to), at);
}

/** Holds the chunk that is being read, or what an earlier chunk left unfinished. */
export class Input {
  /** The bytes being read: the caller's chunk, or the rest. */
  buffer: Uint8Array = none;
  /** Where the next byte is. */
  position = 0;
  /** Where the bytes end. */
  end = 0;
  /** Bytes of the stream before `buffer[0]`. */
  base = 0;
  /** Short strings of `buffer` as text. */
  readonly window: TextWindow;

  /** Holds unfinished bytes between chunks. */
  #rest: Uint8Array = none;
  /** The chunk that follows the rest, when only its first bytes were copied. */
  #chunk: Uint8Array | undefined;
  /** Where in the rest the chunk's first byte is. */
  #chunkAt = 0;

  /** Starts at the beginning of a stream. */
  constructor(decodeText: DecodeText) {
    this.window = new TextWindow(decodeText);
  }

  /** Stream offset of the next byte. */
  get offset(): number {
    return this.base + this.position;
  }

  /** Whether nothing is left to read. */
  get isEmpty(): boolean {
    return this.position === this.end && this.#chunk === undefined;
  }

  /** Takes the next chunk. It is lent until `more` returned `false` or `keep` was called. */
  feed(chunk: Uint8Array): void {
    // Subclasses have their own `slice` and would make every access to the bytes polymorphic.
    if (chunk.constructor !== Uint8Array) {
      chunk = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
    }
    if (this.isEmpty) {
      if (this.#rest.length > largestIdleRest) this.#rest = none;
      return this.#turnTo(chunk, 0);
    }
    const count = chunk.length > bridge ? bridge : chunk.length;
    const isRoom = this.buffer === this.#rest && this.end + count <= this.#rest.length;
    if (!isRoom || this.#chunk !== undefined) this.keep();
    const left = this.end;
    this.#append(chunk, 0, count);
    if (count === chunk.length) return;
    this.#chunk = chunk;
    this.#chunkAt = left;
  }

  /** Goes on to bytes that are there but not in `buffer` yet. Otherwise keeps what is left and returns `false`. */
  more(): boolean {
    const chunk = this.#chunk;
    if (chunk === undefined) {
      if (this.position < this.end && this.buffer !== this.#rest) this.keep();
      return false;
    }
    if (this.position >= this.#chunkAt) {
      this.#turnTo(chunk, this.position - this.#chunkAt);
    } else this.#append(chunk, this.end - this.#chunkAt, chunk.length);
    this.#chunk = undefined;
    return true;
  }

  /** Copies what has not been read, so that the chunk is the caller's again. */
  keep(): void {
    this.#moveToRest();
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    this.#chunk = undefined;
    this.#append(chunk, this.end - this.#chunkAt, chunk.length);
  }

  #turnTo(chunk: Uint8Array, position: number): void {
    this.base += this.position - position;
    this.buffer = chunk;
    this.position = position;
    this.end = chunk.length;
    this.window.reset();
  }

  /** Makes the rest begin with the bytes that are left. */
  #moveToRest(): void {
    const { buffer, position } = this;
    if (buffer === this.#rest && position === 0) return;
    const left = this.end - position;
    this.#makeRoom(left, 0);
    copy(buffer, position, this.end, this.#rest, 0);
    this.base += position;
    this.#chunkAt -= position;
    this.buffer = this.#rest;
    this.position = 0;
    this.end = left;
    this.window.reset();
  }

  /** Adds bytes of a chunk to the rest, which must be `buffer`. */
  #append(chunk: Uint8Array, from: number, to: number): void {
    const end = this.end + to - from;
    this.#makeRoom(end, this.end);
    copy(chunk, from, to, this.#rest, this.end);
    this.buffer = this.#rest;
    this.end = end;
    this.window.reset();
  }

  /** Grows the rest to hold `needed` bytes, keeping its first `used`. It grows by at most 1 MiB more than is needed. */
  #makeRoom(needed: number, used: number): void {
    if (needed <= this.#rest.length) return;
    const larger = new Uint8Array(Math.max(8192, needed, Math.min(2 * needed, needed + 1_048_576)));
    larger.set(this.#rest.subarray(0, used));
    this.#rest = larger;
  }
}
