/**
 * Commands that no connection has: they wait in order, and their deadlines go on.
 *
 * @module
 */
import type { Deadlines } from "../base/deadlines.ts";
import type { Call, Reject, Resolve } from "../connection/call.ts";
import { CommandRing, type Load } from "../connection/command_ring.ts";
import type { Connection } from "../connection/connection.ts";
import { rejectAll } from "../connection/loss.ts";
import { RingDeadline } from "../connection/ring_deadline.ts";
import type { RedisError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";
import type { CallContext } from "./cancellable_call.ts";

/** A ring without a connection. */
export class HeldCommands {
  /** The commands; whoever moves some in or out calls `watch` afterwards. */
  readonly ring: CommandRing;
  readonly #context: CallContext;
  readonly #deadline: RingDeadline;
  #stampIsDue = false;
  #watchIsDue = false;

  /**
   * Commands count in `load`. `deadlines` must hold the process: nothing else does while they wait. `onExpired` is
   * called when the time of some is up; what it returns tells why they could not be sent.
   */
  constructor(load: Load, context: CallContext, deadlines: Deadlines, onExpired: () => unknown) {
    const { commandTimeoutMs, endpoint } = context;
    this.ring = new CommandRing(load, context.outcomes);
    this.#context = context;
    this.#deadline = new RingDeadline(this.ring, deadlines, commandTimeoutMs, endpoint, onExpired);
  }

  /** How many there are. */
  get size(): number {
    return this.ring.size;
  }

  /** Adds a command behind all others. */
  push(
    args: readonly Argument[],
    resolve: Resolve,
    reject: Reject,
    call: Call | undefined,
    weight: number,
    count: number,
  ): void {
    this.ring.push(args, resolve, reject, call, weight, count);
    if (this.#stampIsDue) return;
    this.#stampIsDue = true;
    queueMicrotask(this.#stamp);
  }

  readonly #stamp = (): void => {
    this.#stampIsDue = false;
    this.ring.stamp(this.#context.clock.now());
    this.#deadline.watch();
  };

  /** Watches the deadlines of what is there now, after commands were moved in or out. */
  watch(): void {
    // What was moved in its own turn has no start time yet.
    this.ring.stamp(this.#context.clock.now());
    if (this.size === 0) this.#deadline.stop();
    else this.#deadline.watchMoved();
  }

  /** The same, at the end of the turn: once, however many commands are moved in it. */
  watchSoon(): void {
    if (this.#watchIsDue) return;
    this.#watchIsDue = true;
    queueMicrotask(() => {
      this.#watchIsDue = false;
      this.watch();
    });
  }

  /** Drops commands from the head whose callers have gone: nobody will answer what was never sent. */
  forgetSettled(): void {
    const { ring } = this;
    while (ring.size > 0 && isSettled(ring.calls[ring.head])) ring.shift();
    if (ring.size === 0) this.watch();
  }

  /** Hands all commands over to a connection. */
  giveTo(connection: Connection): void {
    connection.adopt(this.ring);
    this.watch();
  }

  /** Rejects all commands. */
  rejectAll(error: RedisError): void {
    rejectAll(this.ring, error);
    this.watch();
  }
}

function isSettled(call: Call | undefined): boolean {
  return call?.isSettled === true;
}
