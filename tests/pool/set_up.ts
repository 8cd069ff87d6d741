/** A pool over connections without sockets, on a clock that the test moves. */
import type { PoolOptions } from "../../lib/pool/options.ts";
import { Pool } from "../../lib/pool/pool.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { type FakeConnection, FakeFactory } from "./fake_factory.ts";

/** What a test works with. */
export interface Parts {
  readonly clock: FakeClock;
  readonly factory: FakeFactory;
  readonly pool: Pool<FakeConnection>;
}

/** Makes a pool. Jitter is off unless `random` says otherwise. */
export function setUp(options: PoolOptions<FakeConnection> = {}): Parts {
  const clock = new FakeClock();
  const factory = new FakeFactory(clock);
  return { clock, factory, pool: new Pool(factory, { clock, random: () => 0, ...options }) };
}

/** Acquires `count` leases at once. */
export function acquireAll(pool: Pool<FakeConnection>, count: number): Promise<Lease<FakeConnection>[]> {
  return Promise.all(Array.from({ length: count }, () => pool.acquire()));
}

/** What became of a promise so far. */
export interface Outcome<T> {
  state: "pending" | "resolved" | "rejected";
  value?: T;
  error?: unknown;
}

/** Watches a promise. */
export function watch<T>(promise: PromiseLike<T>): Outcome<T> {
  const outcome: Outcome<T> = { state: "pending" };
  promise.then(
    (value) => Object.assign(outcome, { state: "resolved", value }),
    (error) => Object.assign(outcome, { state: "rejected", error }),
  );
  return outcome;
}
