/** The shortest series of moves after which a pool is not what its model says, if there is any. */
import { test } from "node:test";
import type { PoolOptions } from "../../lib/pool/options.ts";
import { Random } from "../support/random.ts";
import { type Arbitrary, fastCheck, skip } from "../resp/fast_check.ts";
import type { FakeConnection } from "./fake_factory.ts";
import { PoolPlayer } from "./pool_player.ts";

const fc = fastCheck!;

/** What can be done, with two numbers that say how. */
const moves: Readonly<Record<string, (player: PoolPlayer, n: number, m: number) => unknown>> = {
  acquire: (player, n) => player.join({ shared: false, urgent: false, timeoutMs: 1 + n, withSignal: false }),
  acquireWithSignal: (player, n) => player.join({ shared: false, urgent: false, timeoutMs: 1 + n, withSignal: true }),
  reserve: (player, n, m) => player.join({ shared: true, urgent: n % 2 === 0, timeoutMs: 0, withSignal: m % 2 === 0 }),
  tryAcquire: (player) => player.tryAcquire(),
  tryReserve: (player) => player.tryReserve(),
  release: (player, n) => player.give(n, "release"),
  releaseDirty: (player, n) => player.give(n, "dirty"),
  destroy: (player, n) => player.give(n, "destroy"),
  detach: (player, n) => player.give(n, "detach"),
  abort: (player, n) => player.abort(n),
  poison: (player, n) => player.poison(n),
  connected: (player, n) => player.answer("connect", n),
  connectFailed: (player, n) => player.answer("connect", n, new Error("refused")),
  connectRefused: (player, n) => player.answer("connect", n, player.factory.fatal),
  fit: (player, n) => player.answer("validate", n),
  unfit: (player, n) => player.answer("validate", n, new Error("no answer")),
  clean: (player, n) => player.answer("reset", n),
  notClean: (player, n) => player.answer("reset", n, new Error("no answer")),
  ended: (player, n) => player.answer("destroy", n),
  // Both short enough that no end of a connection takes so long that its slot stops counting.
  tick: (player, n) => player.clock.tick(n % 40),
  advance: (player, n) => player.clock.advance(n % 40),
  invalidate: ({ pool }) => pool.invalidate("moved"),
  suspend: ({ pool }) => pool.suspend(),
  resume: ({ pool }) => pool.resume(),
  warm: (player, n) => player.warm(n % 7),
  resize: (player, n, m) => player.resize(1 + n % 6, m % 3),
};

type Move = [name: string, n: number, m: number];

function options(): Arbitrary<PoolOptions<FakeConnection>> {
  return fc.record<PoolOptions<FakeConnection>>({
    maxSize: fc.integer({ min: 2, max: 5 }),
    minIdle: fc.integer({ min: 0, max: 2 }),
    maxWaiters: fc.constantFrom(0, 3),
    maxConcurrentConnects: fc.integer({ min: 0, max: 3 }),
    idleOrder: fc.constantFrom("lifo", "fifo"),
    healthCacheTtlMs: fc.constantFrom(0, 40),
    validate: fc.constantFrom("auto", "always", "never"),
    keepaliveMs: fc.constantFrom(0, 50),
    idleTimeoutMs: fc.constantFrom(0, 100),
    maxLifetimeMs: fc.constantFrom(0, 300),
    maxUses: fc.constantFrom(0, 2),
    leakDetectionMs: fc.constantFrom(0, 100),
    lifecycle: fc.constantFrom("process", "process", "request"),
    circuitBreaker: fc.constantFrom({ whenOpen: "wait" }, { whenOpen: "reject" }),
  });
}

function series(): Arbitrary<Move[]> {
  const move = fc.tuple<Move>(
    fc.constantFrom(...Object.keys(moves)),
    fc.integer({ min: 0, max: 150 }),
    fc.integer({ min: 0, max: 5 }),
  );
  return fc.array(move, { minLength: 1, maxLength: 120, size: "max" });
}

async function play(given: PoolOptions<FakeConnection>, series: readonly Move[]): Promise<void> {
  const player = new PoolPlayer({ ...given, random: new Random(1).next });
  for (const [name, n, m] of series) {
    const moved = moves[name]!(player, n, m);
    if (moved instanceof Promise) await moved;
    await player.settle();
  }
  await player.end();
}

test("no series of moves makes the pool differ from its model", { skip }, async () => {
  await fc.assert(fc.asyncProperty(options(), series(), play), { numRuns: 400, seed: 4 });
});
