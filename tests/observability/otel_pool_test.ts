import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "../../lib/errors.ts";
import type { RedisObserver } from "../../lib/observability/observer.ts";
import type { OtelAttributes, OtelCallback, OtelInstrumentOptions } from "../../lib/observability/otel_api.ts";
import { readCounts, recordTimes } from "../../lib/observability/otel_pool.ts";
import type { RedisPoolStats } from "../../lib/observability/stats.ts";
import { numbers } from "./pool_numbers.ts";

/** A meter that notes what it is asked for, and a pool of these numbers. */
function setUp(changed: Partial<RedisPoolStats> = {}) {
  const made = new Map<string, string>();
  const records: [string, number, OtelAttributes | undefined][] = [];
  const callbacks = new Map<OtelCallback, readonly object[]>();
  const make = (kind: string) => (name: string, { unit }: OtelInstrumentOptions = {}) => {
    made.set(name, `${kind} ${unit}`);
    return { name, record: (value: number, own?: OtelAttributes) => void records.push([name, value, own]) };
  };
  const meter = {
    createHistogram: make("histogram"),
    createObservableCounter: make("counter"),
    createObservableUpDownCounter: make("upDownCounter"),
    createObservableGauge: make("gauge"),
    addBatchObservableCallback: (callback: OtelCallback, all: object[]) => void callbacks.set(callback, all),
    removeBatchObservableCallback: (callback: OtelCallback) => void callbacks.delete(callback),
  };
  const observers: RedisObserver[] = [];
  let reads = 0;
  const pool = {
    name: "cache",
    stats: () => (reads++, numbers(changed)),
    observe: (observer: RedisObserver) => {
      observers.push(observer);
      return () => void observers.splice(observers.indexOf(observer), 1);
    },
  };
  /** Asks once, as a reader does. */
  const ask = () => {
    const told: [string, number, OtelAttributes | undefined][] = [];
    for (const [callback, all] of callbacks) {
      callback({
        observe(metric, value, attributes) {
          assert.ok(all.includes(metric));
          told.push([(metric as { name: string }).name, value, attributes]);
        },
      });
    }
    return told;
  };
  return { made, records, callbacks, meter, observers, pool, ask, reads: () => reads };
}

test("one asking reads the pool once and tells every count, with the pool's name", () => {
  const { made, meter, pool, ask, reads } = setUp({ idle: 2 });
  readCounts(pool, meter);
  assert.equal(reads(), 0);
  const told = ask();
  assert.equal(reads(), 1);
  const silent = ["redis.client.connection.closed", "respool.connect_failures", "redis.client.errors"];
  assert.deepEqual([...new Set(told.map(([name]) => name)), ...silent].sort(), [...made.keys()].sort());
  assert.ok(told.every(([, , attributes]) => attributes?.["db.client.connection.pool.name"] === "cache"));
  assert.equal(made.get("respool.circuit.age"), "gauge s");
  assert.equal(made.get("respool.commands"), "counter {command}");
  assert.equal(made.get("db.client.connection.count"), "upDownCounter {connection}");
});

test("the connections for blocking commands are told under a name of their own", () => {
  const { meter, pool, ask } = setUp({ maxSize: 5, blocking: numbers({ maxSize: 7 }) });
  readCounts(pool, meter);
  const sizes = ask().filter(([name]) => name === "db.client.connection.max");
  assert.deepEqual(sizes.map(([, value, own]) => [value, own?.["db.client.connection.pool.name"]]), [
    [5, "cache"],
    [7, "cache/blocking"],
  ]);
});

test("the end takes the callback away", () => {
  const { callbacks, meter, pool } = setUp();
  const end = readCounts(pool, meter);
  assert.equal(callbacks.size, 1);
  end();
  assert.equal(callbacks.size, 0);
});

test("times are recorded in seconds as they are measured; a wait that failed only when its time was up", () => {
  const { records, meter, observers, pool } = setUp();
  const end = recordTimes(pool, meter);
  const [observer] = observers;
  observer?.connect?.(1500);
  observer?.acquire?.(0);
  observer?.acquireFailed?.(new TimeoutError("POOL_TIMEOUT", "late"), 5000);
  observer?.acquireFailed?.(new Error("gone"), 3);
  observer?.release?.(20);
  assert.deepEqual(records.map(([name, value]) => [name.split(".").at(-1), value]), [
    ["create_time", 1.5],
    ["wait_time", 0],
    ["wait_time", 5],
    ["use_time", 0.02],
  ]);
  assert.ok(records.every(([, , own]) => own?.["db.client.connection.pool.name"] === "cache"));
  end();
  assert.equal(observers.length, 0);
});
