import assert from "node:assert/strict";
import { test } from "node:test";
import { Events } from "../../lib/pool/events.ts";
import type { LeakReport, PoolObserver } from "../../lib/observability/observer.ts";

const report: LeakReport = { heldMs: 5, stack: "here", collected: false, reclaimed: false };
const failure = new Error("refused");

/** Has each event happen once. */
function tellAll(events: Events): void {
  events.connected(1, true);
  events.connectFailed(failure);
  events.backedOff(2, 3);
  events.circuit("open");
  events.closed("idle");
  events.acquired(4);
  events.acquireFailed(failure, 7);
  events.released(5);
  events.leaked(report, true);
  events.unleaked(6);
  events.invalidated("moved");
}

/** An observer with every method. */
function observerOf(hear: (name: string, args: unknown[]) => void): Required<PoolObserver> {
  return {
    connect: (...args) => hear("connect", args),
    connectFailed: (...args) => hear("connectFailed", args),
    reconnecting: (...args) => hear("reconnecting", args),
    circuit: (...args) => hear("circuit", args),
    close: (...args) => hear("close", args),
    acquire: (...args) => hear("acquire", args),
    acquireFailed: (...args) => hear("acquireFailed", args),
    ready: (...args) => hear("ready", args),
    release: (...args) => hear("release", args),
    leak: (...args) => hear("leak", args),
    unleaked: (...args) => hear("unleaked", args),
    invalidate: (...args) => hear("invalidate", args),
  };
}

function assertCounted({ metrics }: Events): void {
  assert.deepEqual([metrics.connect.count, metrics.connect.sumMs], [1, 1]);
  assert.deepEqual([metrics.use.count, metrics.use.sumMs], [1, 5]);
  assert.deepEqual([...metrics.connectFailures], [["UNKNOWN", 1]]);
  assert.deepEqual([...metrics.closes], [["idle", 1]]);
  assert.deepEqual([metrics.leaks, metrics.unleaked], [1, 1]);
}

test("each event reaches the observer with what is known about it", () => {
  const heard: [string, unknown[]][] = [];
  const events = new Events(observerOf((name, args) => heard.push([name, args])));
  tellAll(events);
  assert.deepEqual(heard, [
    ["connect", [1]],
    ["ready", []],
    ["connectFailed", [failure]],
    ["reconnecting", [2, 3]],
    ["circuit", ["open"]],
    ["close", ["idle"]],
    ["acquire", [4]],
    ["acquireFailed", [failure, 7]],
    ["release", [5]],
    ["leak", [report]],
    ["unleaked", [6]],
    ["invalidate", ["moved"]],
  ]);
  assertCounted(events);
});

test("events are counted without an observer, and with one that hears nothing", () => {
  for (const observer of [undefined, {}]) {
    const events = new Events(observer);
    tellAll(events);
    assertCounted(events);
    assert.equal(events.observed, false, "nobody hears of leases");
  }
});

test("an observer that throws changes nothing", () => {
  const events = new Events(observerOf((name) => {
    throw new Error(name);
  }));
  tellAll(events);
  assertCounted(events);
});

test("an observer may be an object with state of its own", () => {
  class Counter implements PoolObserver {
    connects = 0;
    connect(): void {
      this.connects++;
    }
  }
  const counter = new Counter();
  const events = new Events(counter);
  events.connected(1, true);
  events.connected(1, false);
  assert.equal(counter.connects, 2);
});

test("a leak that was reported before is told again but counted once", () => {
  const reports: LeakReport[] = [];
  const events = new Events({ leak: (report) => reports.push(report) });
  events.leaked(report, true);
  events.leaked({ ...report, collected: true }, false);
  assert.equal(events.metrics.leaks, 1);
  assert.equal(reports.length, 2);
});

test("every observer hears, each until he is taken out", () => {
  const heard: string[] = [];
  const events = new Events({ connect: () => heard.push("first") });
  const observer: PoolObserver = { connect: () => heard.push("second") };
  const ends = [events.add(observer), events.add(observer)];
  events.connected(1, false);
  assert.deepEqual(heard.splice(0), ["first", "second", "second"]);
  for (const end of ends) {
    end();
    end();
    events.connected(1, false);
  }
  assert.deepEqual(heard, ["first", "second", "first"]);
});

test("one observer who throws does not keep the next from hearing", () => {
  const events = new Events({
    close() {
      throw new Error("mine");
    },
  });
  const heard: string[] = [];
  events.add({ close: (reason) => heard.push(reason) });
  events.closed("idle");
  assert.deepEqual(heard, ["idle"]);
});

test("an observer may take himself out while he hears", () => {
  const events = new Events(undefined);
  let calls = 0;
  const end = events.add({
    invalidate() {
      calls++;
      end();
    },
  });
  const heard: string[] = [];
  events.add({ invalidate: (reason) => heard.push(reason) });
  events.invalidated("a");
  events.invalidated("b");
  assert.deepEqual([calls, heard], [1, ["a", "b"]]);
});

test("leases are timed while somebody hears of them, and no longer", () => {
  const events = new Events({ close: () => {} });
  assert.equal(events.observed, false);
  const ends = [events.add({ acquire: () => {} }), events.add({ release: () => {} })];
  assert.equal(events.observed, true);
  ends[0]!();
  assert.equal(events.observed, true);
  ends[1]!();
  assert.equal(events.observed, false);
});

test("an observer whose members cannot be read hears nothing and breaks nothing", () => {
  const hostile = new Proxy({}, {
    get() {
      throw new Error("mine");
    },
  });
  const events = new Events(hostile);
  tellAll(events);
  assertCounted(events);
  assert.equal(events.observed, false);
});
