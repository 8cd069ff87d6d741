/** Callers, a factory, a clock and an operator whose every move is told from outside, against one pool and its model. */
import assert from "node:assert/strict";
import { RedisError } from "../../lib/errors.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import type { PoolOptions } from "../../lib/pool/options.ts";
import { Pool } from "../../lib/pool/pool.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { type FakeConnection, FakeFactory, type Pending } from "./fake_factory.ts";
import { PoolModel } from "./pool_model.ts";

/** How a caller joins. */
export interface Joining {
  readonly shared: boolean;
  readonly urgent: boolean;
  readonly timeoutMs: number;
  readonly withSignal: boolean;
}

/** What becomes of a connection that somebody holds. */
export type Ending = "release" | "dirty" | "destroy" | "detach";

interface Held {
  readonly lease: Lease<FakeConnection>;
  readonly shared: boolean;
  readonly connection: FakeConnection;
}

/** Makes the moves. `n` chooses among what there is; where there is nothing, nothing happens. */
export class PoolPlayer {
  readonly clock = new FakeClock();
  readonly factory = new FakeFactory(this.clock);
  readonly pool: Pool<FakeConnection>;
  readonly model: PoolModel;
  readonly #held: Held[] = [];
  readonly #aborts: AbortController[] = [];
  /** What went wrong in the continuation of a call. */
  #failure: unknown;

  constructor(options: PoolOptions<FakeConnection>) {
    for (const kind of ["connect", "validate", "reset", "destroy"] as const) this.factory.held.add(kind);
    this.factory.fatal = new Error("fatal");
    this.pool = new Pool(this.factory, { connectTimeoutMs: 120, validateTimeoutMs: 80, ...options, clock: this.clock });
    this.model = new PoolModel(this.factory, this.pool);
  }

  join({ shared, urgent, timeoutMs, withSignal }: Joining): void {
    const { pool, model } = this;
    const controller = withSignal ? new AbortController() : undefined;
    const signal = controller?.signal;
    const ticket = model.join(shared, shared ? Infinity : this.clock.now() + timeoutMs + 8);
    const lease = shared ? pool.reserve({ urgent, signal }) : pool.acquire({ timeoutMs, signal });
    if (controller !== undefined) this.#aborts.push(controller);
    lease.then(
      (lease) => {
        model.served(ticket, lease.connection);
        this.#keep(lease, shared);
      },
      (error) => {
        assert.ok(error instanceof RedisError || error === this.factory.fatal, String(error));
        model.refused(ticket);
      },
    ).catch((error) => this.#failure ??= error);
  }

  tryReserve(): void {
    const ticket = this.model.join(true, Infinity);
    const reserved = this.pool.tryReserve();
    if (reserved === undefined) return this.model.refused(ticket);
    reserved.then((lease) => {
      this.model.served(ticket, lease.connection);
      this.#keep(lease, true);
    }, () => this.model.refused(ticket)).catch((error) => this.#failure ??= error);
  }

  tryAcquire(): void {
    const lease = this.pool.tryAcquire();
    if (lease === undefined) return;
    this.model.hold(false, lease.connection);
    this.#keep(lease, false);
  }

  give(n: number, ending: Ending): void {
    const held = take(this.#held, n);
    if (held === undefined) return;
    const { lease, connection } = held;
    this.model.gaveBack(held.shared, connection);
    if (ending === "dirty") connection.clean = false;
    if (ending === "destroy") lease.destroy();
    else if (ending === "detach") this.#detached(lease.detach());
    lease.release();
    assert.ok(lease.released);
  }

  abort(n: number): void {
    take(this.#aborts, n)?.abort();
  }

  poison(n: number): void {
    const open = [...this.factory.open];
    if (open.length > 0) this.pool.poison(open[n % open.length]!, "killed");
  }

  /** Answers a call of the pool, badly when there is an error. */
  answer(kind: Pending["kind"], n: number, error?: unknown): void {
    const calls = this.factory.pending.filter((call) => call.kind === kind);
    const call = calls[n % calls.length];
    if (error === undefined) call?.pass();
    else call?.fail(error);
  }

  resize(maxSize: number, minIdle: number): void {
    this.pool.resize({ maxSize, minIdle: Math.min(minIdle, maxSize) });
  }

  warm(count: number): void {
    this.pool.warm(count).catch(() => {});
  }

  /** Lets the pool do what is left to do, and checks everything on the way and then. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) {
      this.model.checkLimits();
      await undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.model.checkCounts(this.clock.now());
  }

  /** Lets everything end and checks that nothing is left. */
  async end(): Promise<void> {
    this.pool.resume();
    this.factory.held.clear();
    for (const call of [...this.factory.pending]) call.pass();
    await this.clock.settle();
    const closed = this.pool.close({ timeoutMs: 1000 });
    for (const { lease } of this.#held) lease.release();
    await this.clock.advance(6000);
    await closed;
    if (this.#failure !== undefined) throw this.#failure;
    assert.equal(this.model.waiting.size, 0);
    assert.equal(this.pool.counts().total, 0);
    assert.equal(this.factory.sockets, 0);
    assert.equal(this.clock.timers, 0);
  }

  #keep(lease: Lease<FakeConnection>, shared: boolean): void {
    this.#held.push({ lease, shared, connection: lease.connection });
  }

  #detached(connection: FakeConnection): void {
    this.factory.open.delete(connection);
    this.factory.sockets--;
  }
}

function take<T>(list: T[], n: number): T | undefined {
  return list.splice(n % list.length, 1)[0];
}
