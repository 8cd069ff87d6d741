/**
 * Counts the timers and sockets that a pool holds, so that a test can tell whether it gave all of them back.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Clock, systemClock, type Timer } from "../../lib/base/clock.ts";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";
import type { Connector, Socket, SocketHandler, Target } from "../../lib/net/socket.ts";
import { waitUntil } from "./wait_until.ts";

/** The runtime's own time, with its timers counted. */
export class CountingClock implements Clock {
  readonly #timers = new Set<object>();

  /** How many timers are armed. */
  get timers(): number {
    return this.#timers.size;
  }

  /** The runtime's own time. */
  now(): number {
    return systemClock.now();
  }

  /** Arms a timer of the runtime. */
  setTimer(fn: () => void, ms: number, ref: boolean): Timer {
    const timer: { own?: Timer } = {};
    this.#timers.add(timer);
    timer.own = systemClock.setTimer(
      () => {
        this.#timers.delete(timer);
        fn();
      },
      ms,
      ref,
    );
    return timer;
  }

  /** Disarms it. */
  clearTimer(timer: Timer): void {
    if (!this.#timers.delete(timer as object)) return;
    systemClock.clearTimer((timer as { own: Timer }).own);
  }
}

/** The runtime's own connector, with its dials and sockets counted. */
export class CountingConnector {
  /** When each dial began, in milliseconds of `performance.now()`. */
  readonly dials: number[] = [];
  /** Sockets that are open, or being opened. */
  open = 0;
  /** The most there ever were. */
  mostOpen = 0;
  /** Changes where a dial goes, as a name that resolves to another address does. */
  redirect: (target: Target) => Target = (target) => target;
  readonly #connect = runtimeConnector();

  /** To be handed to what is tested. */
  readonly connect: Connector = async (target, handler, signal) => {
    this.dials.push(performance.now());
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    try {
      return await this.#open(this.redirect(target), handler, signal);
    } catch (error) {
      this.open--;
      throw error;
    }
  };

  #open(target: Target, handler: SocketHandler, signal: AbortSignal): Promise<Socket> {
    return this.#connect(target, {
      data: (chunk) => handler.data(chunk),
      drain: () => handler.drain(),
      close: (error) => {
        this.open--;
        handler.close(error);
      },
    }, signal);
  }
}

/** Waits until nothing is left: no socket and no timer. */
export async function assertNothingLeft(connector: CountingConnector, clock: CountingClock): Promise<void> {
  // Sockets close and short timers run out in turns of their own.
  await waitUntil(() => connector.open === 0 && clock.timers === 0, 2000).catch(() => {});
  assert.deepEqual({ sockets: connector.open, timers: clock.timers }, { sockets: 0, timers: 0 }, "something is left");
}
