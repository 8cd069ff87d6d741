/**
 * The commands of one connection, in the order in which their replies come.
 *
 * A power-of-two ring of columns: a command is its arguments, its promise's resolvers, its call if it has one, and two
 * numbers; it has no object of its own. Pushing and shifting take constant time, growing copies once per doubling.
 *
 * ```txt
 *        head                                    tail
 *          │ in flight (sent of them) │ queued     │
 *   ───────▼──────────────────────────▼────────────▼──────
 * ```
 *
 * @module
 */
import type { Histogram } from "../base/histogram.ts";
import { Outcomes } from "../observability/outcomes.ts";
import type { Argument } from "../resp/encoder.ts";
import { type Call, ownCall, type Reject, type Resolve, skipped } from "./call.ts";

/** The arguments of a command that will never be sent. */
const nothing: readonly Argument[] = [];

const initialCapacity = 16;
/** A ring that grew beyond this gives its memory back once it is empty. */
const keptCapacity = 4096;

/** What queued and in-flight commands weigh, summed over all rings that share it. */
export interface Load {
  /** Commands; a pipeline counts each of its own. */
  count: number;
  /** Length of their arguments: characters of strings, bytes of byte arrays. */
  bytes: number;
}

/** An ordered ring of commands; only its connection, or the lane while there is none, pushes and shifts. */
export class CommandRing {
  /** The verb and arguments of each command. */
  args: (readonly Argument[] | undefined)[] = new Array(initialCapacity).fill(undefined);
  /** Fulfils each command's promise. */
  resolve: (Resolve | undefined)[] = new Array(initialCapacity).fill(undefined);
  /** Rejects each command's promise. */
  reject: (Reject | undefined)[] = new Array(initialCapacity).fill(undefined);
  /** What a command carries beyond that. */
  calls: (Call | undefined)[] = new Array(initialCapacity).fill(undefined);
  /** Clock time at which each command was accepted, to the turn. */
  start: Float64Array = new Float64Array(initialCapacity);
  /** Index of the oldest command. */
  head = 0;
  /** Commands in the ring. */
  size = 0;
  /** How many of them, from the head on, were handed to the socket. */
  sent = 0;
  /** Capacity less one. */
  mask: number = initialCapacity - 1;

  /** Where the commands count; may be exchanged while the ring is empty. */
  load: Load;
  /** Takes the time of the first command that each chunk of replies answers, if anything does. */
  times: Histogram | undefined = undefined;
  /** Counts what becomes of the commands. */
  readonly outcomes: Outcomes;

  #weight: Float64Array = new Float64Array(initialCapacity);
  #count: Int32Array = new Int32Array(initialCapacity);
  /** How many commands, from the head on, have their start time. */
  #stamped = 0;

  /** Makes an empty ring whose commands count in `load`, and in `outcomes` when they end. */
  constructor(load: Load, outcomes: Outcomes = new Outcomes()) {
    this.load = load;
    this.outcomes = outcomes;
  }

  /** Adds a command behind all others. `count` is the number of commands it stands for. */
  push(
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    call: Call | undefined,
    weight: number,
    count: number,
  ): void {
    if (this.size > this.mask) this.#resize(2 * (this.mask + 1));
    const i = (this.head + this.size++) & this.mask;
    this.args[i] = args;
    this.resolve[i] = resolve;
    this.reject[i] = reject;
    this.calls[i] = call;
    this.#weight[i] = weight;
    this.#count[i] = count;
    this.load.count += count;
    this.load.bytes += weight;
  }

  /** Forgets the oldest command, which is settled or was moved. */
  shift(): void {
    const i = this.head;
    this.args[i] = undefined;
    this.resolve[i] = undefined;
    this.reject[i] = undefined;
    this.calls[i] = undefined;
    this.load.count -= this.#count[i]!;
    this.load.bytes -= this.#weight[i]!;
    this.head = (i + 1) & this.mask;
    if (this.sent > 0) this.sent--;
    if (this.#stamped > 0) this.#stamped--;
    if (--this.size === 0) this.#shrink();
  }

  /** Forgets the commands at the head that were settled before they were sent. */
  dropSkipped(): void {
    while (this.sent > 0 && this.calls[this.head] === skipped) this.shift();
  }

  /** Gives the commands that were pushed since the last call their start time. */
  stamp(now: number): void {
    for (; this.#stamped < this.size; this.#stamped++) this.start[(this.head + this.#stamped) & this.mask] = now;
  }

  /** Counts the end of a command with an error, unless its call counts that itself or it is the library's own. */
  failed(i: number, error: unknown): void {
    const call = this.calls[i];
    if (!call?.hasDeadline && call !== ownCall) this.outcomes.failed(error);
  }

  /** Holds nothing any more of a command whose caller has gone but its place, and its verb when its reply may come. */
  letGo(i: number, sent: boolean): void {
    this.resolve[i] = this.reject[i] = undefined;
    if (!sent) this.args[i] = nothing;
  }

  /** Adds the commands that were sent, and those of them whose caller has gone. Looks at each: for whoever asks. */
  survey(sum: { inFlight: number; tombstones: number }): void {
    for (let n = 0; n < this.sent; n++) {
      const i = (this.head + n) & this.mask;
      const count = this.#count[i]!;
      sum.inFlight += count;
      if (this.calls[i]?.isSettled) sum.tombstones += count;
    }
  }

  /** Moves the oldest command behind those of `target`; its start time goes with it. */
  moveHeadTo(target: CommandRing): void {
    this.#copyTo(target, 0);
    this.shift();
  }

  /** Moves every command that was not sent behind those of `target`, in order; start times go with them. */
  moveUnsentTo(target: CommandRing): void {
    const unsent = this.size - this.sent;
    for (let n = this.sent; n < this.size; n++) {
      const i = this.#copyTo(target, n);
      this.load.count -= this.#count[i]!;
      this.load.bytes -= this.#weight[i]!;
      this.args[i] =
        this.resolve[i] =
        this.reject[i] =
        this.calls[i] =
          undefined;
    }
    this.size -= unsent;
    this.#stamped = Math.min(this.#stamped, this.size);
    if (this.size === 0) this.#shrink();
  }

  /** Copies the `n`th command from the head behind those of `target`. Returns its index here. */
  #copyTo(target: CommandRing, n: number): number {
    const i = (this.head + n) & this.mask;
    const start = this.start[i]!;
    target.push(this.args[i]!, this.resolve[i]!, this.reject[i]!, this.calls[i], this.#weight[i]!, this.#count[i]!);
    if (n < this.#stamped && target.#stamped === target.size - 1) {
      target.start[(target.head + target.#stamped++) & target.mask] = start;
    }
    return i;
  }

  #shrink(): void {
    if (this.mask >= keptCapacity) this.#resize(initialCapacity);
  }

  #resize(capacity: number): void {
    this.args = this.#unrolled(this.args, new Array(capacity).fill(undefined));
    this.resolve = this.#unrolled(this.resolve, new Array(capacity).fill(undefined));
    this.reject = this.#unrolled(this.reject, new Array(capacity).fill(undefined));
    this.calls = this.#unrolled(this.calls, new Array(capacity).fill(undefined));
    this.start = this.#unrolled(this.start, new Float64Array(capacity));
    this.#weight = this.#unrolled(this.#weight, new Float64Array(capacity));
    this.#count = this.#unrolled(this.#count, new Int32Array(capacity));
    this.head = 0;
    this.mask = capacity - 1;
  }

  /** The column's values from the head on, copied to the beginning of another. */
  #unrolled<T extends { [index: number]: unknown }>(from: T, to: T): T {
    for (let n = 0; n < this.size; n++) to[n] = from[(this.head + n) & this.mask];
    return to;
  }
}
