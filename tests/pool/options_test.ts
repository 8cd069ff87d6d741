import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../lib/base/clock.ts";
import { ArgumentError } from "../../lib/errors.ts";
import { Lease } from "../../lib/pool/lease.ts";
import { poolOptionNames, type PoolOptions, resolveOptions } from "../../lib/pool/options.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

const longestMs = 2 ** 31 - 1;
const noDuration = [-1, NaN, Infinity, 2 ** 31, "5", null, true, {}, 5n];
const noCount = [-1, 1.5, NaN, Infinity, "5", null, true, [], 5n];
const noFunction = [1, "f", {}, null];

/** Per option: what must be refused. */
const refusedValues: Record<string, readonly unknown[]> = {
  maxSize: [0, ...noCount],
  minIdle: [11, ...noCount],
  maxWaiters: noCount,
  maxConcurrentConnects: noCount,
  idleOrder: ["LIFO", "", 1, null],
  acquireTimeoutMs: noDuration,
  connectTimeoutMs: noDuration,
  healthCacheTtlMs: noDuration,
  validate: ["sometimes", true, false, 1, null],
  validateTimeoutMs: noDuration,
  keepaliveMs: noDuration,
  idleTimeoutMs: noDuration,
  maxLifetimeMs: noDuration,
  maxLifetimeJitter: [-0.1, 1.1, NaN, "0.5", null],
  maxUses: noCount,
  backoff: [1, "full", null, []],
  circuitBreaker: [1, "wait", null, []],
  leakDetectionMs: noDuration,
  reclaimLeaked: [0, 1, "true", null],
  lifecycle: ["forever", 1, null],
  clock: [1, "clock", null, {}, { now: () => 0 }, { now: () => 0, setTimer: () => 0, clearTimer: 1 }],
  observer: [1, "observer", null, true, () => {}],
  lease: noFunction,
  random: noFunction,
  onWaiter: noFunction,
  onRetire: noFunction,
  onSilent: noFunction,
};

/** The same for options within options. */
const refusedWithin: Record<string, Record<string, readonly unknown[]>> = {
  backoff: { baseMs: noDuration, maxMs: noDuration, factor: [0.5, 0, NaN, "2"], jitter: ["half", null, true] },
  circuitBreaker: {
    failures: noCount,
    openMs: noDuration,
    maxOpenMs: noDuration,
    whenOpen: ["fail", null, true],
  },
};

function assertRefused(options: unknown, name: string): void {
  assert.throws(() => resolveOptions(options as PoolOptions<unknown>), (error) => {
    assert.ok(error instanceof ArgumentError, String(error));
    assert.deepEqual([error.code, error.argument], ["INVALID_OPTION", name]);
    assert.ok(error.message.includes(name), error.message);
    return true;
  });
}

test("every default is as it is documented", () => {
  const { clock, lease, random, ...plain } = resolveOptions();
  assert.equal(clock, systemClock);
  assert.equal(lease, Lease);
  assert.equal(random, Math.random);
  assert.deepEqual(plain, {
    maxSize: 10,
    minIdle: 0,
    maxWaiters: 10_000,
    maxConcurrentConnects: 4,
    idleOrder: "lifo",
    acquireTimeoutMs: 5000,
    connectTimeoutMs: 5000,
    healthCacheTtlMs: 1000,
    validate: "auto",
    validateTimeoutMs: 1000,
    keepaliveMs: 5000,
    idleTimeoutMs: 300_000,
    maxLifetimeMs: 1_800_000,
    maxLifetimeJitter: 0.25,
    maxUses: 0,
    backoff: { baseMs: 20, maxMs: 1000, factor: 2, jitter: "full" },
    circuitBreaker: { failures: 3, openMs: 250, maxOpenMs: 1000, whenOpen: "wait" },
    leakDetectionMs: 0,
    reclaimLeaked: false,
    lifecycle: "process",
    observer: undefined,
    onWaiter: undefined,
    onRetire: undefined,
    onSilent: undefined,
  });
});

test("every bad value is refused by the option's name", () => {
  for (const [name, values] of Object.entries(refusedValues)) {
    for (const value of values) assertRefused({ [name]: value }, name);
  }
  for (const [group, options] of Object.entries(refusedWithin)) {
    for (const [name, values] of Object.entries(options)) {
      for (const value of values) assertRefused({ [group]: { [name]: value } }, `${group}.${name}`);
    }
  }
});

test("what the options accept can be named, and nothing else", () => {
  assert.deepEqual(Object.keys(resolveOptions()).sort(), [...poolOptionNames].sort());
  assertRefused({ max: 5 }, "max");
  assertRefused({ backoff: { base: 5 } }, "backoff.base");
  assertRefused({ circuitBreaker: { failure: 5 } }, "circuitBreaker.failure");
  for (const options of [null, 5, "redis://:secret@host"]) {
    assert.throws(() => resolveOptions(options as unknown as PoolOptions<unknown>), ArgumentError);
  }
});

test("what is in range is taken as it is, bounds included", () => {
  const taken: PoolOptions<unknown> = {
    maxSize: 1,
    minIdle: 1,
    maxWaiters: 0,
    maxConcurrentConnects: 0,
    idleOrder: "fifo",
    acquireTimeoutMs: 0,
    connectTimeoutMs: longestMs,
    healthCacheTtlMs: 0,
    validate: "never",
    validateTimeoutMs: 0.5,
    keepaliveMs: 0,
    idleTimeoutMs: longestMs,
    maxLifetimeMs: 0,
    maxLifetimeJitter: 1,
    maxUses: 7,
    backoff: { baseMs: 0, maxMs: 0, factor: 1, jitter: "none" },
    circuitBreaker: { failures: 0, openMs: 0, maxOpenMs: 0, whenOpen: "reject" },
    leakDetectionMs: 1,
    reclaimLeaked: true,
    lifecycle: "request",
    clock: new FakeClock(),
    observer: {},
    lease: class Own extends Lease<unknown> {},
    random: () => 0.5,
    onWaiter: () => {},
    onRetire: () => {},
    onSilent: () => {},
  };
  assert.deepEqual(resolveOptions(taken), taken);
});

test("a validate function is kept", () => {
  const validate = () => true;
  assert.equal(resolveOptions({ validate }).validate, validate);
});

test("options within options are filled in one by one", () => {
  const { backoff, circuitBreaker } = resolveOptions({ backoff: { maxMs: 50 }, circuitBreaker: { failures: 9 } });
  assert.deepEqual(backoff, { baseMs: 20, maxMs: 50, factor: 2, jitter: "full" });
  assert.deepEqual(circuitBreaker, { failures: 9, openMs: 250, maxOpenMs: 1000, whenOpen: "wait" });
});

test("no more may be kept idle than there may be", () => {
  assert.equal(resolveOptions({ maxSize: 3, minIdle: 3 }).minIdle, 3);
  assertRefused({ maxSize: 3, minIdle: 4 }, "minIdle");
});

test("undefined is left out, and what was given is not changed", () => {
  const given = { maxSize: undefined, backoff: { baseMs: 5 }, validate: undefined };
  assert.equal(resolveOptions(given as unknown as PoolOptions<unknown>).maxSize, 10);
  assert.deepEqual(given, { maxSize: undefined, backoff: { baseMs: 5 }, validate: undefined });
});
