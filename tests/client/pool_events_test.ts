import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolEvents, PoolEventTarget } from "../../lib/client/pool_events.ts";
import { ConnectError } from "../../lib/errors.ts";
import type { RedisObserver } from "../../lib/observability/observer.ts";
import { echoReply, errorOf, quietly, watch } from "../support/oracles.ts";
import { faultyPool } from "./faulty_pool.ts";

const types: (keyof PoolEvents)[] = [
  ...["connect", "ready", "close", "reconnecting", "acquire", "release"] as const,
  ...["leak", "circuit", "invalidate", "push", "error"] as const,
];

const refused = new ConnectError("CONNECT_REFUSED", "h:1 refused", { endpoint: "h:1" });

/** Listens to everything and writes down what comes. */
function listenTo(pool: ReturnType<typeof faultyPool>["pool"]): [string, unknown][] {
  const heard: [string, unknown][] = [];
  for (const type of types) pool.addEventListener(type, ({ type, detail }) => heard.push([type, detail]));
  return heard;
}

test("a life of a pool is told in events, with what is known about each", async () => {
  const { pool, settle, advance, end } = faultyPool({ leakDetectionMs: 50 });
  const heard = listenTo(pool);
  await pool.ready();
  assert.deepEqual(heard.splice(0), [["connect", { elapsedMs: 0 }], ["ready", {}]]);
  const lease = await pool.acquire();
  assert.deepEqual(heard.splice(0), [["acquire", { waitMs: 0 }]]);
  await advance(60);
  const [[type, detail]] = heard.splice(0) as [[string, PoolEvents["leak"]]];
  assert.equal(type, "leak");
  assert.ok(detail.heldMs >= 50);
  assert.match(detail.stack, /pool_events_test/);
  assert.deepEqual([detail.collected, detail.reclaimed], [false, false]);
  lease.release();
  assert.deepEqual(heard.splice(0).map(([type]) => type), ["release"]);
  pool.invalidate("moved");
  await settle();
  assert.deepEqual(heard.splice(0), [["close", { reason: "moved" }], ["invalidate", { reason: "moved" }]]);
  await end();
});

test("an outage is told in events: errors, waits, the circuit, and that it is over", async () => {
  const { pool, network, advance, end } = faultyPool();
  const heard = listenTo(pool);
  network.refusal = refused;
  const value = watch(pool.get("k"));
  await advance(2500);
  const told = (type: string) => heard.filter(([name]) => name === type).map(([, detail]) => detail);
  assert.deepEqual(told("error")[0], { error: refused });
  assert.ok(told("error").length >= 3);
  assert.equal((told("reconnecting")[0] as PoolEvents["reconnecting"]).attempt, 1);
  assert.deepEqual(told("circuit")[0], { state: "open" });
  assert.deepEqual(told("ready"), []);
  network.refusal = undefined;
  await advance(1500);
  assert.equal(value.isSettled, true);
  assert.deepEqual([told("ready"), told("circuit").at(-1)], [[{}], { state: "closed" }]);
  await end();
});

test("pushes of the server are told as they came", async () => {
  const { pool, network, settle, end } = faultyPool();
  const heard = listenTo(pool);
  await pool.ping();
  network.sockets[0]!.feed(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\nk\r\n");
  await settle();
  assert.deepEqual(heard.filter(([type]) => type === "push"), [["push", { push: ["invalidate", ["k"]] }]]);
  await end();
});

test("an error that nobody listens to is thrown at nobody", async () => {
  await quietly(async () => {
    const { pool, network, advance, end } = faultyPool({ commandTimeoutMs: 200 });
    pool.addEventListener("connect", () => {});
    network.refusal = refused;
    const failed = errorOf(pool.get("k"));
    await advance(300);
    assert.equal((await failed).code, "COMMAND_TIMEOUT");
    await end();
  });
});

test("listeners that throw or reject change nothing", async () => {
  await quietly(async () => {
    const { pool, settle, end } = faultyPool({}, (args) => echoReply(args));
    for (const type of types) {
      pool.addEventListener(type, () => {
        throw new Error("mine");
      });
      pool.addEventListener(type, { handleEvent: () => Promise.reject(new Error("mine")) });
    }
    const lease = await pool.acquire();
    assert.equal(await lease.ping(), "PONG");
    lease.release();
    pool.invalidate("moved");
    await settle();
    assert.equal(await pool.ping(), "PONG");
    await end();
  });
});

test("a listener hears once, until its signal, or until it is taken out", async () => {
  const { pool, end } = faultyPool();
  const heard: string[] = [];
  const controller = new AbortController();
  const listener = () => heard.push("plain");
  pool.addEventListener("acquire", () => heard.push("once"), { once: true });
  pool.addEventListener("acquire", () => heard.push("signal"), { signal: controller.signal });
  pool.addEventListener("acquire", listener);
  (await pool.acquire()).release();
  assert.deepEqual(heard.splice(0), ["once", "signal", "plain"]);
  controller.abort();
  (await pool.acquire()).release();
  assert.deepEqual(heard.splice(0), ["plain"]);
  pool.removeEventListener("acquire", listener);
  (await pool.acquire()).release();
  assert.deepEqual(heard, []);
  await end();
});

test("a pool nobody listens to is not observed; a type is observed once, however many listen", () => {
  const observers: RedisObserver[] = [];
  const target = new PoolEventTarget((observer) => observers.push(observer));
  target.remove("close", () => {});
  assert.equal(observers.length, 0);
  for (let n = 0; n < 3; n++) target.add("close", () => {});
  assert.deepEqual(observers.map((observer) => Object.keys(observer)), [["close"]]);
  target.add("error", null);
  target.add("no such event", () => {});
  target.add("constructor", () => {});
  assert.deepEqual(observers.map((observer) => Object.keys(observer)), [["close"], ["connectFailed"]]);
});
