import assert from "node:assert/strict";
import { test } from "node:test";
import { RedisError } from "../../lib/errors.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import { Pool } from "../../lib/pool/pool.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { Random } from "../support/random.ts";
import { type FakeConnection, FakeFactory } from "./fake_factory.ts";
import { PoolModel } from "./pool_model.ts";

const seeds = 50;
const steps = 10_000;

type Held = { lease: Lease<FakeConnection>; shared: boolean; connection: FakeConnection };

/** Plays one seed's random caller, factory and clock against one pool. */
class Play {
  readonly random: Random;
  readonly clock = new FakeClock();
  readonly factory = new FakeFactory(this.clock);
  readonly pool: Pool<FakeConnection>;
  readonly model: PoolModel;
  readonly held: Held[] = [];
  readonly aborts: AbortController[] = [];
  readonly actions: [weight: number, act: () => unknown][];
  readonly weight: number;
  /** What went wrong in the continuation of a call. */
  failure: unknown;

  constructor(seed: number) {
    const random = this.random = new Random(seed);
    for (const kind of ["connect", "validate", "reset", "destroy"] as const) this.factory.held.add(kind);
    this.factory.fatal = new Error("fatal");
    const maxSize = random.int(1, 6);
    this.pool = new Pool(this.factory, {
      maxSize,
      minIdle: random.int(0, Math.min(2, maxSize)),
      maxWaiters: 30,
      maxConcurrentConnects: random.int(0, 4),
      idleOrder: random.pick(["lifo", "fifo"]),
      connectTimeoutMs: 120,
      healthCacheTtlMs: random.pick([0, 40, 100]),
      validate: random.pick(["auto", "always", "never", "auto", () => random.chance(0.5)]),
      validateTimeoutMs: 80,
      keepaliveMs: random.pick([0, 50, 150]),
      idleTimeoutMs: random.pick([0, 100, 400]),
      maxLifetimeMs: random.pick([0, 300, 900]),
      maxUses: random.pick([0, 5]),
      leakDetectionMs: random.pick([0, 0, 200]),
      circuitBreaker: { whenOpen: random.pick(["wait", "wait", "reject"]) },
      clock: this.clock,
      random: random.next,
    });
    this.model = new PoolModel(this.factory, this.pool);
    this.actions = this.#weighted();
    this.weight = this.actions.reduce((sum, [weight]) => sum + weight, 0);
  }

  /** Does one thing at random. */
  act(): unknown {
    let at = this.random.next() * this.weight;
    return this.actions.find(([weight]) => (at -= weight) < 0)?.[1]();
  }

  /** Checks everything, once the pool has nothing left to do. */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
    this.model.checkCounts(this.clock.now());
  }

  /** Lets everything end and checks that nothing is left. */
  async end(): Promise<void> {
    this.pool.resume();
    this.factory.held.clear();
    for (const call of [...this.factory.pending]) call.pass();
    await this.clock.settle();
    const closed = this.pool.close({ timeoutMs: 1000 });
    for (const { lease } of this.held) lease.release();
    await this.clock.advance(6000);
    await closed;
    if (this.failure !== undefined) throw this.failure;
    assert.equal(this.model.waiting.size, 0);
    assert.equal(this.pool.stats().total, 0);
    assert.equal(this.factory.sockets, 0);
    assert.equal(this.clock.timers, 0);
  }

  #weighted(): [number, () => unknown][] {
    const { random, pool } = this;
    return [
      [14, () => this.#join(false)],
      [2, () => this.#join(true)],
      [2, () => this.#tryReserve()],
      [3, () => this.#tryAcquire()],
      [16, () => this.#drop((lease) => lease.release())],
      [4, () => this.#drop((lease, connection) => (connection.clean = false, lease.release()))],
      [1, () => this.#drop((lease) => lease.destroy())],
      [1, () => this.#drop((lease) => this.#detached(lease.detach()))],
      [2, () => this.#poison()],
      [2, () => this.#take(this.aborts)?.abort()],
      [18, () => this.#answer("connect", 0.85)],
      [10, () => this.#answer("validate", 0.8)],
      [8, () => this.#answer("reset", 0.9)],
      [12, () => this.#answer("destroy", 1)],
      [3, () => this.clock.tick(random.int(0, 40))],
      [2, () => this.clock.advance(random.int(0, 40))],
      [0.5, () => this.clock.advance(random.int(40, 1000))],
      [0.3, () => pool.invalidate("moved")],
      [0.2, () => pool.suspend()],
      [4, () => pool.resume()],
      [0.5, () => void pool.warm(random.int(1, 6)).catch(() => {})],
    ];
  }

  #take<T>(list: T[]): T | undefined {
    return list.splice(this.random.int(0, list.length - 1), 1)[0];
  }

  #join(shared: boolean): void {
    const { random, pool, model } = this;
    const controller = random.chance(0.4) ? new AbortController() : undefined;
    const signal = controller?.signal;
    const timeoutMs = random.int(1, 150);
    const ticket = model.join(shared, shared ? Infinity : this.clock.now() + timeoutMs + 8);
    const lease = shared ? pool.reserve({ urgent: random.chance(0.7), signal }) : pool.acquire({ timeoutMs, signal });
    if (controller !== undefined) this.aborts.push(controller);
    lease.then(
      (lease) => {
        model.served(ticket, lease.connection);
        this.#keep(lease, shared);
      },
      (error) => {
        assert.ok(error instanceof RedisError || error === this.factory.fatal, String(error));
        model.refused(ticket);
      },
    ).catch((error) => this.failure ??= error);
  }

  #tryReserve(): void {
    const ticket = this.model.join(true, Infinity);
    const reserved = this.pool.tryReserve();
    if (reserved === undefined) return this.model.refused(ticket);
    reserved.then((lease) => {
      this.model.served(ticket, lease.connection);
      this.#keep(lease, true);
    }, () => this.model.refused(ticket)).catch((error) => this.failure ??= error);
  }

  #tryAcquire(): void {
    const lease = this.pool.tryAcquire();
    if (lease === undefined) return;
    this.model.hold(false, lease.connection);
    this.#keep(lease, false);
  }

  #keep(lease: Lease<FakeConnection>, shared: boolean): void {
    this.held.push({ lease, shared, connection: lease.connection });
  }

  #drop(how: (lease: Lease<FakeConnection>, connection: FakeConnection) => void): void {
    const held = this.#take(this.held);
    if (held === undefined) return;
    this.model.gaveBack(held.shared, held.connection);
    how(held.lease, held.connection);
    held.lease.release();
    assert.ok(held.lease.released);
  }

  #detached(connection: FakeConnection): void {
    this.factory.open.delete(connection);
    this.factory.sockets--;
  }

  #poison(): void {
    const open = [...this.factory.open];
    if (open.length > 0) this.pool.poison(this.random.pick(open), "killed");
  }

  #answer(kind: string, chanceToPass: number): void {
    const { random, factory } = this;
    const calls = factory.pending.filter((call) => call.kind === kind);
    if (calls.length === 0) return;
    const call = random.pick(calls);
    if (random.chance(chanceToPass)) return call.pass();
    call.fail(random.chance(0.03) ? factory.fatal : new Error("refused"));
  }
}

async function play(seed: number): Promise<void> {
  const game = new Play(seed);
  let step = 0;
  try {
    for (; step < steps; step++) {
      const acted = game.act();
      if (acted instanceof Promise) await acted;
      for (let turn = 0; turn < 4; turn++) {
        game.model.checkLimits();
        await undefined;
      }
      game.check();
    }
    await game.end();
  } catch (error) {
    throw new Error(`seed ${seed}, step ${step}`, { cause: error });
  }
}

for (let first = 1; first <= seeds; first += 10) {
  test(`the pool agrees with its model, seeds ${first} to ${first + 9}`, async () => {
    for (let seed = first; seed < first + 10; seed++) await play(seed);
  });
}
