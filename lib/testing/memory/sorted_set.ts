/**
 * The value of a sorted set: members ordered by score, then by their bytes. Finding takes logarithmic time; adding and
 * removing also move what is behind, which is fast for the sizes of tests.
 *
 * @module
 */

/** One end of a range of scores or members. */
export interface Bound<T> {
  /** The end itself. */
  readonly value: T;
  /** Whether the end is not part of the range. */
  readonly isExclusive: boolean;
}

/** Members with their scores. */
export class SortedSet {
  readonly #scores = new Map<string, number>();
  readonly #members: string[] = [];

  /** How many members there are. */
  get size(): number {
    return this.#scores.size;
  }

  /** The member's score. */
  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  /** Adds a member, or moves it to another score. */
  set(member: string, score: number): void {
    if (this.#scores.get(member) === score) return;
    this.delete(member);
    this.#members.splice(this.#position(score, member), 0, member);
    this.#scores.set(member, score);
  }

  /** Removes a member. Returns whether it was there. */
  delete(member: string): boolean {
    const rank = this.rank(member);
    if (rank === undefined) return false;
    this.#members.splice(rank, 1);
    return this.#scores.delete(member);
  }

  /** How many members are before this one. */
  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#position(score, member);
  }

  /** The members from rank `start` up to `end`. */
  members(start = 0, end: number = this.size): string[] {
    return this.#members.slice(start, end);
  }

  /** The ranks, from and up to, of the scores between the bounds. */
  rangeByScore(min: Bound<number>, max: Bound<number>): [number, number] {
    const from = this.#first((member) => isInside(this.#scores.get(member)!, min));
    const to = this.#first((member) => isBeyond(this.#scores.get(member)!, max));
    return [from, Math.max(from, to)];
  }

  /** The ranks, from and up to, of the members between the bounds; right only while all scores are equal. */
  rangeByMember(min: Bound<string> | "-" | "+", max: Bound<string> | "-" | "+"): [number, number] {
    const from = this.#first((member) => min === "-" || (min !== "+" && isInside(member, min)));
    const to = this.#first((member) => max !== "+" && (max === "-" || isBeyond(member, max)));
    return [from, Math.max(from, to)];
  }

  #position(score: number, member: string): number {
    return this.#first((other) => {
      const difference = this.#scores.get(other)! - score;
      return difference > 0 || (!(difference < 0) && other >= member);
    });
  }

  /** The rank of the first member that fits, when all behind it fit as well. */
  #first(fits: (member: string) => boolean): number {
    let low = 0;
    let high = this.#members.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (fits(this.#members[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function isInside<T>(value: T, min: Bound<T>): boolean {
  return min.isExclusive ? value > min.value : value >= min.value;
}

function isBeyond<T>(value: T, max: Bound<T>): boolean {
  return max.isExclusive ? value >= max.value : value > max.value;
}
