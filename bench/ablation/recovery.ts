/**
 * What is done after a failure: as redis-py does it by default, and as the optimised pool does.
 *
 * @module
 */
import { backoffMs } from "../../lib/base/backoff.ts";
import { CircuitBreaker } from "../../lib/base/circuit_breaker.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { Lock } from "./lock.ts";

/** Waits, unless nobody cares any more. */
export type Sleep = (ms: number) => Promise<void>;

/** How a pool deals with failures. */
export interface Recovery {
  /** Connects, with as many attempts as it takes or is worth. */
  connect<T>(open: () => Promise<T>): Promise<T>;
  /** Waits before a command is sent again; throws the error when it should not be. */
  beforeResend(
    error: unknown,
    failures: number,
    startedAt: number,
  ): Promise<void>;
}

/** Three more attempts, up to 2, 4 and 8 seconds apart. */
export class PlainRecovery implements Recovery {
  readonly #sleep: Sleep;

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  async connect<T>(open: () => Promise<T>): Promise<T> {
    for (let failures = 1;; failures++) {
      try {
        return await open();
      } catch (error) {
        await this.beforeResend(error, failures);
      }
    }
  }

  async beforeResend(error: unknown, failures: number): Promise<void> {
    if (failures > 3) throw error;
    await this.#sleep(Math.min(10_000, Math.random() * 1000 * 2 ** failures));
  }
}

const deadlineMs = 5000;
const backoff = { baseMs: 20, maxMs: 1000, factor: 2, jitter: "full" } as const;

/** At once, then up to 20, 40 ms and so on; one attempt to connect at a time while there is no server. */
export class QuickRecovery implements Recovery {
  readonly #sleep: Sleep;
  readonly #circuit = new CircuitBreaker(
    { failures: 3, openMs: 250, maxOpenMs: 1000 },
    systemClock,
    Math.random,
  );
  readonly #probing = new Lock();

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  async connect<T>(open: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    for (;;) {
      try {
        return this.#circuit.failures > 0 ? await this.#probing.hold(() => this.#probe(open)) : await this.#try(open);
      } catch (error) {
        if (performance.now() - startedAt > deadlineMs) throw error;
      }
    }
  }

  async beforeResend(
    error: unknown,
    failures: number,
    startedAt: number,
  ): Promise<void> {
    if (performance.now() - startedAt > deadlineMs) throw error;
    if (failures > 1) {
      await this.#sleep(backoffMs(backoff, failures - 1, Math.random));
    }
  }

  async #probe<T>(open: () => Promise<T>): Promise<T> {
    const { failures, waitMs } = this.#circuit;
    if (failures > 0) {
      await this.#sleep(waitMs || backoffMs(backoff, failures, Math.random));
    }
    this.#circuit.probe();
    return await this.#try(open);
  }

  async #try<T>(open: () => Promise<T>): Promise<T> {
    try {
      const made = await open();
      this.#circuit.succeeded();
      return made;
    } catch (error) {
      this.#circuit.failed();
      throw error;
    }
  }
}
