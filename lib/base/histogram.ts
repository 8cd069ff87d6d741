/**
 * Counts durations in buckets whose width grows with the value.
 *
 * Up to 32 µs every microsecond has its own bucket; above, each power of two is cut into 32, so a percentile is off by
 * less than 2 %. Memory is fixed and recording is a handful of integer operations.
 *
 * ```txt
 *   µs   0 … 31 | 32 33 … 63 | 64 66 … 126 | 128 132 … 252 | …
 *   width     1 |          1 |           2 |             4 |
 * ```
 *
 * @module
 */

const perOctave = 32;
const octaveBits = 5;
/** Octaves above the exact range: up to 2^32 µs, 71 minutes. Longer durations count as the last bucket. */
const octaves = 27;
const bucketCount = perOctave * (octaves + 1);
const maxMicros = 2 ** 32 - 1;

function bucketOf(micros: number): number {
  if (micros < perOctave) return micros;
  const octave = 31 - Math.clz32(micros) - octaveBits;
  return (octave + 1) * perOctave + ((micros >>> octave) - perOctave);
}

/** The lowest value of a bucket and how many values it holds, in microseconds. */
function rangeOf(bucket: number): [low: number, width: number] {
  if (bucket < perOctave) return [bucket, 1];
  const octave = Math.floor(bucket / perOctave) - 1;
  const width = 2 ** octave;
  return [(perOctave + bucket % perOctave) * width, width];
}

/** A distribution of durations. */
export class Histogram {
  readonly #buckets = new Uint32Array(bucketCount);
  #count = 0;
  #sumMs = 0;
  #minMs = Infinity;
  #maxMs = 0;

  /** How many durations were recorded. */
  get count(): number {
    return this.#count;
  }

  /** Their sum, in milliseconds. */
  get sumMs(): number {
    return this.#sumMs;
  }

  /** The shortest, in milliseconds; 0 when nothing was recorded. */
  get minMs(): number {
    return this.#count === 0 ? 0 : this.#minMs;
  }

  /** The longest, in milliseconds; 0 when nothing was recorded. */
  get maxMs(): number {
    return this.#maxMs;
  }

  /** Records one duration in milliseconds; what is negative or not a number counts as 0. */
  record(ms: number): void {
    const value = ms > 0 ? ms : 0;
    const bucket = bucketOf(Math.min(maxMicros, Math.round(value * 1000)));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
    this.#sumMs += value;
    if (value < this.#minMs) this.#minMs = value;
    if (value > this.#maxMs) this.#maxMs = value;
  }

  /**
   * The duration that `percent` of the recorded ones do not exceed, in milliseconds.
   *
   * @param percent Between 0 and 100.
   * @returns 0 when nothing was recorded.
   */
  percentileMs(percent: number): number {
    if (this.#count === 0) return 0;
    let rank = Math.max(1, Math.ceil(this.#count * percent / 100));
    let bucket = 0;
    while (bucket < bucketCount && (rank -= this.#buckets[bucket]!) > 0) bucket++;
    const [low, width] = rangeOf(bucket);
    return Math.min(this.#maxMs, Math.max(this.#minMs, (low + (width - 1) / 2) / 1000));
  }

  /** How many of the recorded durations are at most `ms`, to the width of a bucket. */
  countUpTo(ms: number): number {
    const end = bucketOf(Math.min(maxMicros, Math.max(0, Math.floor(ms * 1000))));
    let total = 0;
    for (let bucket = 0; bucket <= end; bucket++) total += this.#buckets[bucket] ?? 0;
    return total;
  }

  /** Each bucket that is not empty, lowest first: the greatest duration it holds, in milliseconds, and its count. */
  buckets(): [upToMs: number, count: number][] {
    const buckets: [number, number][] = [];
    for (const [bucket, count] of this.#buckets.entries()) {
      if (count === 0) continue;
      const [low, width] = rangeOf(bucket);
      buckets.push([(low + width - 1) / 1000, count]);
    }
    return buckets;
  }

  /** A histogram of the same durations that goes its own way from now on. */
  copy(): Histogram {
    const copy = new Histogram();
    copy.#buckets.set(this.#buckets);
    copy.#count = this.#count;
    copy.#sumMs = this.#sumMs;
    copy.#minMs = this.#minMs;
    copy.#maxMs = this.#maxMs;
    return copy;
  }

  /**
   * Takes out what an earlier state of this histogram held. The shortest and the longest of the rest are known to the
   * width of a bucket only, and never beyond those of the whole.
   */
  subtract(earlier: Histogram): void {
    let least = -1;
    let greatest = -1;
    this.#count = 0;
    for (let bucket = 0; bucket < bucketCount; bucket++) {
      const count = Math.max(0, this.#buckets[bucket]! - earlier.#buckets[bucket]!);
      this.#buckets[bucket] = count;
      this.#count += count;
      if (count === 0) continue;
      if (least < 0) least = bucket;
      greatest = bucket;
    }
    this.#sumMs = this.#count === 0 ? 0 : Math.max(0, this.#sumMs - earlier.#sumMs);
    if (least < 0) {
      this.#minMs = Infinity;
      this.#maxMs = 0;
      return;
    }
    const [low, width] = rangeOf(greatest);
    this.#minMs = Math.max(this.#minMs, rangeOf(least)[0] / 1000);
    this.#maxMs = Math.min(this.#maxMs, (low + width - 1) / 1000);
  }

  /** Takes all counts of another histogram into this one. */
  add(other: Histogram): void {
    for (const [bucket, count] of other.#buckets.entries()) {
      if (count > 0) this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + count;
    }
    this.#count += other.#count;
    this.#sumMs += other.#sumMs;
    this.#minMs = Math.min(this.#minMs, other.#minMs);
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  /** Forgets everything. */
  reset(): void {
    this.#buckets.fill(0);
    this.#count = this.#sumMs = this.#maxMs = 0;
    this.#minMs = Infinity;
  }
}
