import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisLease } from "../../lib/client/redis_lease.ts";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import type { RedisPoolOptions } from "../../lib/client/options.ts";
import { RedisError } from "../../lib/errors.ts";
import { type Outcome, quietly, valueOf, watch } from "../support/oracles.ts";
import { Random } from "../support/random.ts";
import { faultyPool } from "./faulty_pool.ts";
import { clean, HostileServer, largeValue, type Malice } from "./hostile_server.ts";

/** A call and what must be true of it in the end. */
interface Trial {
  readonly outcome: Outcome<unknown>;
  /** What it resolves with, if it does. */
  readonly value: unknown;
  /** Keys of the writes in it: each runs at most once. */
  readonly writes: readonly string[];
}

const mostConnections = 4;
const mostBlocked = 2;

/** Makes calls of every kind, from callers of every kind. */
class Callers {
  readonly trials: Trial[] = [];
  readonly #pool: RedisPool;
  readonly #random: Random;
  readonly #controllers: AbortController[] = [];
  readonly #leases: RedisLease[] = [];
  #keys = 0;

  constructor(pool: RedisPool, random: Random) {
    this.#pool = pool;
    this.#random = random;
  }

  step(): void {
    const random = this.#random;
    for (let n = random.int(0, 6); n > 0; n--) this.#callPool();
    if (random.chance(0.2)) this.#acquire();
    if (random.chance(0.02)) this.#pool.invalidate("test");
    if (random.chance(0.02)) this.#pool.resize({ maxSize: random.int(1, mostConnections) });
    for (const lease of this.#leases) if (random.chance(0.5)) this.#callLease(lease);
    for (const lease of this.#leases.splice(0)) {
      if (random.chance(0.6)) this.#leases.push(lease);
      else if (random.chance(0.9)) lease.release();
      else lease.destroy();
    }
    for (const controller of this.#controllers.splice(0)) {
      if (random.chance(0.1)) controller.abort();
      else if (random.chance(0.7)) this.#controllers.push(controller);
    }
  }

  /** Gives everything back. */
  end(): void {
    for (const lease of this.#leases.splice(0)) lease.release();
  }

  #key(place: "lane" | "lease"): string {
    return `${place}:${this.#keys++}`;
  }

  #add(promise: Promise<unknown>, value: unknown, writes: string[] = []): void {
    this.trials.push({ outcome: watch(promise), value, writes });
  }

  #options(): { signal?: AbortSignal; timeoutMs?: number } {
    const controller = new AbortController();
    this.#controllers.push(controller);
    return {
      ...(this.#random.chance(0.5) && { signal: controller.signal }),
      ...(this.#random.chance(0.3) && { timeoutMs: this.#random.int(1, 50) }),
    };
  }

  #callPool(): void {
    const key = this.#key("lane");
    const target = this.#random.chance(0.5) ? this.#pool : this.#pool.with(this.#options());
    switch (this.#random.int(0, 8)) {
      case 0:
        return this.#add(target.incr(key), 1, [key]);
      case 7:
        if (this.#random.chance(0.1)) return this.#add(target.send(["INCR", key, largeValue]), 1, [key]);
        if (this.#random.chance(0.1)) return this.#add(target.send(["LARGE", key]), largeValue);
        return this.#add(target.get(key), valueOf(key));
      case 6:
        return this.#add(target.blpop(key, 1), [key, "x"], [key]);
      case 1:
        return this.#add(target.mget(key, "x"), [valueOf(key), valueOf("x")]);
      case 2:
        return this.#add(target.pipeline().get(key).incr(`${key}w`).get("x").exec(), [valueOf(key), 1, valueOf("x")], [
          `${key}w`,
        ]);
      case 3:
        return this.#add(target.multi().get(key).incr(`${key}w`).exec(), [valueOf(key), 1], [`${key}w`]);
      case 4:
        return this.#add(this.#pool.send(["SET", key, NaN]), undefined);
      case 5:
        return this.#add(target.send(["ECHO", key.replace(":", "-")]), key.replace(":", "-"));
      default:
        return this.#add(target.get(key), valueOf(key));
    }
  }

  #acquire(): void {
    const acquired = this.#pool.acquire({ ...this.#options() });
    this.#add(
      acquired.then((lease) => {
        this.#leases.push(lease);
        return lease.send(["STATE"]);
      }),
      clean,
    );
  }

  #callLease(lease: RedisLease): void {
    const key = this.#key("lease");
    const target = this.#random.chance(0.7) ? lease : lease.with(this.#options());
    switch (this.#random.int(0, 6)) {
      case 0:
        return this.#add(target.watch(key), "OK");
      case 1:
        return this.#add(target.unwatch(), "OK");
      case 2:
        return this.#add(target.select(this.#random.int(0, 2)), "OK");
      case 3:
        return this.#add(target.multi().get(key).incr(`${key}w`).exec(), [valueOf(key), 1], [`${key}w`]);
      case 4:
        return this.#add(target.pipeline().incr(`${key}w`).send(["WATCH", key]).exec(), [1, "OK"], [`${key}w`]);
      default:
        return this.#add(target.get(key), valueOf(key));
    }
  }
}

const malices: Record<string, Malice> = {
  "that only answers late": { refusal: 0, garbage: 0, hangUp: 0, silence: 0, stall: 0.3, unsolicited: 0 },
  "that hangs up": { refusal: 0.02, garbage: 0, hangUp: 0.03, silence: 0, stall: 0.2, unsolicited: 0 },
  "that talks nonsense": { refusal: 0.02, garbage: 0.01, hangUp: 0, silence: 0, stall: 0.1, unsolicited: 0.01 },
  "that falls silent": { refusal: 0, garbage: 0, hangUp: 0, silence: 0.01, stall: 0.1, unsolicited: 0 },
  "that refuses": { refusal: 0.2, garbage: 0, hangUp: 0.005, silence: 0, stall: 0, unsolicited: 0 },
  "that does all of it": {
    refusal: 0.05,
    garbage: 0.005,
    hangUp: 0.01,
    silence: 0.005,
    stall: 0.2,
    unsolicited: 0.005,
  },
};

function randomOptions(random: Random, protocol: 2 | 3): RedisPoolOptions {
  return {
    protocol,
    maxSize: random.int(1, mostConnections),
    blocking: { maxSize: mostBlocked },
    commandTimeoutMs: random.pick([0, 100, 400]),
    acquireTimeoutMs: 300,
    connectTimeoutMs: 200,
    validateTimeoutMs: 100,
    stallTimeoutMs: random.pick([0, 50]),
    retry: random.pick(["reads", "reads", "all", false]),
    shared: {
      connections: random.int(1, 3),
      maxQueued: random.pick([20, 100_000]),
      whenFull: random.pick(["reject", "wait"]),
    },
  };
}

async function play(seed: number, malice: Malice): Promise<void> {
  const random = new Random(seed);
  const protocol = random.pick([2, 3] as const);
  const options = randomOptions(random, protocol);
  const { pool, network, clock, settle, advance, end } = faultyPool(options);
  const server = new HostileServer(random, protocol, malice);
  network.onSocket = server.accept;
  const callers = new Callers(pool, random);
  for (let step = 0; step < 120; step++) {
    callers.step();
    await clock.settle();
    server.step();
    // One more may ask about a silent one.
    assert.ok(server.open <= mostConnections + mostBlocked + 1, `${server.open} connections`);
    if (random.chance(0.5)) await clock.advance(random.int(0, 10));
  }
  server.relent();
  callers.end();
  await settle();
  const closing = watch(pool.close({ timeoutMs: 3000 }));
  for (let n = 0; n < 20; n++) {
    callers.end();
    await advance(200);
  }
  assert.equal(closing.isSettled, true);
  assert.equal(closing.error, undefined);
  for (const trial of callers.trials) check(trial, server.runs, options.retry === "all" ? Infinity : 1);
  assert.deepEqual(server.violations, []);
  const { queuedCommands, queuedBytes, total } = pool.stats();
  assert.deepEqual([queuedCommands, queuedBytes, total], [0, 0, 0]);
  await end();
}

/** Checks a call against the server's books, where no write may stand more than `mostRuns` times. */
function check({ outcome, value, writes }: Trial, runs: Map<string, number>, mostRuns: number): void {
  assert.equal(outcome.isSettled, true, "a promise is left unsettled");
  const { error } = outcome;
  if (error === undefined) assert.deepEqual(outcome.value, value);
  else assert.ok(error instanceof RedisError, `${error}`);
  for (const key of writes) {
    const count = runs.get(key) ?? 0;
    assert.ok(count <= mostRuns, `${key} ran ${count} times`);
    if (error === undefined) assert.ok(count > 0, `${key} was acknowledged and never ran`);
    // Error replies of a batch stand for their own command only.
    const { maybeExecuted, replies } = error as { maybeExecuted?: boolean; replies?: unknown } ?? {};
    if (maybeExecuted === false && replies === undefined) assert.equal(count, 0, `${key} ran: ${error}`);
  }
}

for (const [what, malice] of Object.entries(malices)) {
  test(`a server ${what}: right values, writes at most once, clean sessions, nothing unsettled`, async () => {
    await quietly(async () => {
      for (let seed = 1; seed <= 10; seed++) {
        await play(seed, malice).catch((error) => {
          throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
        });
      }
    });
  });
}
