/**
 * The value of a list: a ring of values that grows and shrinks at both ends in constant time.
 *
 * @module
 */

const leastCapacity = 8;

/** Values in order; positions count from 0 at the left. */
export class Deque<T> {
  /** Its length is a power of two, so that positions wrap by a mask. */
  #ring: (T | undefined)[] = new Array(leastCapacity);
  #left = 0;
  #length = 0;

  /** Makes a deque of the values in their order. */
  constructor(values: Iterable<T> = []) {
    for (const value of values) this.pushRight(value);
  }

  /** How many values there are. */
  get length(): number {
    return this.#length;
  }

  /** The value at a position, or `undefined` beyond the ends. */
  at(position: number): T | undefined {
    return position < 0 || position >= this.#length ? undefined : this.#ring[this.#slot(position)];
  }

  /** Replaces the value at a position that is within the ends. */
  set(position: number, value: T): void {
    this.#ring[this.#slot(position)] = value;
  }

  /** Adds a value at the left end. */
  pushLeft(value: T): void {
    this.#growWhenFull();
    this.#left = this.#slot(-1);
    this.#ring[this.#left] = value;
    this.#length++;
  }

  /** Adds a value at the right end. */
  pushRight(value: T): void {
    this.#growWhenFull();
    this.#ring[this.#slot(this.#length)] = value;
    this.#length++;
  }

  /** Takes the leftmost value. */
  popLeft(): T | undefined {
    if (this.#length === 0) return undefined;
    const value = this.#ring[this.#left];
    this.#ring[this.#left] = undefined;
    this.#left = this.#slot(1);
    this.#length--;
    return value;
  }

  /** Takes the rightmost value. */
  popRight(): T | undefined {
    if (this.#length === 0) return undefined;
    const slot = this.#slot(this.#length - 1);
    const value = this.#ring[slot];
    this.#ring[slot] = undefined;
    this.#length--;
    return value;
  }

  /** A copy of the values from `start` up to `end`. */
  slice(start = 0, end: number = this.#length): T[] {
    const values: T[] = [];
    for (let i = start; i < end; i++) values.push(this.#ring[this.#slot(i)]!);
    return values;
  }

  /** Replaces all values. */
  replace(values: readonly T[]): void {
    this.#ring = new Array(leastCapacity);
    this.#left = this.#length = 0;
    for (const value of values) this.pushRight(value);
  }

  #slot(position: number): number {
    return (this.#left + position) & (this.#ring.length - 1);
  }

  #growWhenFull(): void {
    if (this.#length < this.#ring.length) return;
    const values = this.slice();
    values.length = 2 * this.#length;
    this.#ring = values;
    this.#left = 0;
  }
}
