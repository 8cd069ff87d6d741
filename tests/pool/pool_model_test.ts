import { test } from "node:test";
import { Random } from "../support/random.ts";
import type { Pending } from "./fake_factory.ts";
import { PoolPlayer } from "./pool_player.ts";

const seeds = 50;
const steps = 10_000;

/** Chooses the moves of one seed at random. */
class Play {
  readonly player: PoolPlayer;
  readonly #random: Random;
  readonly #actions: readonly [weight: number, act: () => unknown][];
  readonly #weight: number;

  constructor(seed: number) {
    const random = this.#random = new Random(seed);
    const maxSize = random.int(1, 6);
    this.player = new PoolPlayer({
      maxSize,
      minIdle: random.int(0, Math.min(2, maxSize)),
      maxWaiters: 30,
      maxConcurrentConnects: random.int(0, 4),
      idleOrder: random.pick(["lifo", "fifo"]),
      healthCacheTtlMs: random.pick([0, 40, 100]),
      validate: random.pick(["auto", "always", "never", "auto", () => random.chance(0.5)]),
      keepaliveMs: random.pick([0, 50, 150]),
      idleTimeoutMs: random.pick([0, 100, 400]),
      maxLifetimeMs: random.pick([0, 300, 900]),
      maxUses: random.pick([0, 5]),
      leakDetectionMs: random.pick([0, 0, 200]),
      circuitBreaker: { whenOpen: random.pick(["wait", "wait", "reject"]) },
      random: random.next,
    });
    this.#actions = this.#weighted();
    this.#weight = this.#actions.reduce((sum, [weight]) => sum + weight, 0);
  }

  /** Does one thing at random. */
  act(): unknown {
    let at = this.#random.next() * this.#weight;
    return this.#actions.find(([weight]) => (at -= weight) < 0)?.[1]();
  }

  #weighted(): [number, () => unknown][] {
    const random = this.#random;
    const { player, player: { pool, clock } } = this;
    const n = () => random.int(0, 1000);
    return [
      [14, () => this.#join(false)],
      [2, () => this.#join(true)],
      [2, () => player.tryReserve()],
      [3, () => player.tryAcquire()],
      [16, () => player.give(n(), "release")],
      [4, () => player.give(n(), "dirty")],
      [1, () => player.give(n(), "destroy")],
      [1, () => player.give(n(), "detach")],
      [2, () => player.poison(n())],
      [2, () => player.abort(n())],
      [18, () => this.#answer("connect", 0.85)],
      [10, () => this.#answer("validate", 0.8)],
      [8, () => this.#answer("reset", 0.9)],
      [12, () => this.#answer("destroy", 1)],
      [3, () => clock.tick(random.int(0, 40))],
      [2, () => clock.advance(random.int(0, 40))],
      [0.5, () => clock.advance(random.int(40, 1000))],
      [0.3, () => pool.invalidate("moved")],
      [0.2, () => pool.suspend()],
      [4, () => pool.resume()],
      [0.5, () => player.warm(random.int(1, 6))],
      [0.5, () => player.resize(random.int(1, 6), random.int(0, 2))],
    ];
  }

  #join(shared: boolean): void {
    const random = this.#random;
    const [timeoutMs, withSignal, urgent] = [random.int(1, 150), random.chance(0.4), random.chance(0.7)];
    this.player.join({ shared, urgent, timeoutMs, withSignal });
  }

  #answer(kind: Pending["kind"], chanceToPass: number): void {
    const random = this.#random;
    const bad = random.chance(0.03) ? this.player.factory.fatal : new Error("refused");
    this.player.answer(kind, random.int(0, 1000), random.chance(chanceToPass) ? undefined : bad);
  }
}

async function play(seed: number): Promise<void> {
  const game = new Play(seed);
  const { player } = game;
  let step = 0;
  try {
    for (; step < steps; step++) {
      const acted = game.act();
      if (acted instanceof Promise) await acted;
      await player.settle();
    }
    await player.end();
  } catch (error) {
    throw new Error(`seed ${seed}, step ${step}`, { cause: error });
  }
}

for (let first = 1; first <= seeds; first += 10) {
  test(`the pool agrees with its model, seeds ${first} to ${first + 9}`, async () => {
    for (let seed = first; seed < first + 10; seed++) await play(seed);
  });
}
