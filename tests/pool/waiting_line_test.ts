import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { TimeoutError } from "../../lib/errors.ts";
import type { Lease } from "../../lib/pool/lease.ts";
import { type LeaveReason, type Waiter, WaitingLine } from "../../lib/pool/waiting_line.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { Random } from "../support/random.ts";
import { watch } from "./set_up.ts";

function setUp(timeoutMs = 100) {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const left: [LeaveReason, number][] = [];
  const line = new WaitingLine<string>(deadlines, timeoutMs, (waiter: Waiter<string>, reason) => {
    left.push([reason, clock.now() - waiter.startedAt]);
    return new TimeoutError("POOL_TIMEOUT", reason);
  });
  return { clock, deadlines, line, left };
}

/** Serves everyone and tells in what order, by the names they waited under. */
function serveAll(line: WaitingLine<string>, names: Map<unknown, string>): string[] {
  const order: string[] = [];
  for (let waiter = line.next(); waiter !== undefined; waiter = line.next()) {
    order.push(names.get(waiter.startedAt) ?? "?");
    waiter.settle({} as Lease<string>);
  }
  return order;
}

test("everyone is served in the order of joining, the urgent ones first", () => {
  const { line } = setUp();
  const names = new Map<unknown, string>();
  const name = (at: number, text: string) => (names.set(at, text), at);
  line.join(name(1, "a"));
  line.joinLimited(name(2, "b"), 0, undefined);
  line.joinShared(name(3, "spill"), false, undefined);
  line.joinShared(name(4, "lane"), true, undefined);
  line.join(name(5, "c"));
  assert.deepEqual([line.size, line.shared], [5, 2]);
  assert.deepEqual(serveAll(line, names), ["lane", "a", "b", "spill", "c"]);
  assert.deepEqual([line.size, line.shared], [0, 0]);
});

test("the usual time counts for each from his own start", async () => {
  const { line, clock, left } = setUp(100);
  const outcomes = [];
  for (let n = 0; n < 5; n++) {
    outcomes.push(watch(line.join(clock.now())));
    await clock.advance(30);
  }
  await clock.advance(120);
  assert.deepEqual(outcomes.map(({ state }) => state), Array(5).fill("rejected"));
  for (const [reason, waited] of left) {
    assert.equal(reason, "timeout");
    assert.ok(waited >= 100 && waited <= 109, `${waited}`);
  }
});

test("callers with a time of their own time out independently of the others", async () => {
  const { line, clock } = setUp(100);
  const own = [300, 20, 60].map((ms) => watch(line.joinLimited(clock.now(), ms, undefined)));
  const usual = watch(line.join(clock.now()));
  const states = () => [...own, usual].map(({ state }) => state[0]).join("");
  await clock.advance(32);
  assert.equal(states(), "prpp");
  await clock.advance(40);
  assert.equal(states(), "prrp");
  await clock.advance(40);
  assert.equal(states(), "prrr");
  await clock.advance(200);
  assert.equal(states(), "rrrr");
});

test("without a time limit nobody times out", async () => {
  const { line, clock } = setUp(0);
  const outcomes = [watch(line.join(clock.now())), watch(line.joinLimited(clock.now(), 0, undefined))];
  await clock.advance(1_000_000);
  assert.deepEqual(outcomes.map(({ state }) => state), ["pending", "pending"]);
  assert.equal(clock.timers, 0);
});

test("a signal takes its waiter out of the middle and is no longer listened to", async () => {
  const { line, clock, left } = setUp();
  const controllers = [1, 2, 3].map(() => new AbortController());
  const outcomes = controllers.map(({ signal }, n) => watch(line.joinLimited(n, 0, signal)));
  controllers[1]!.abort();
  controllers[1]!.abort();
  await clock.settle();
  assert.deepEqual(outcomes.map(({ state }) => state), ["pending", "rejected", "pending"]);
  assert.deepEqual(left.map(([reason]) => reason), ["abort"]);
  const served = line.next();
  controllers[0]!.abort();
  served!.settle({} as Lease<string>);
  await clock.settle();
  assert.equal(outcomes[0]!.state, "resolved");
  assert.equal(left.length, 1);
});

test("a served waiter leaves no listener on his signal", () => {
  const { line } = setUp();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...args: Parameters<typeof add>) => (listeners++, add(...args))) as typeof add;
  signal.removeEventListener = ((...args: Parameters<typeof add>) => (listeners--, remove(...args))) as typeof remove;
  line.joinLimited(0, 50, signal);
  assert.equal(listeners, 1);
  line.next();
  assert.equal(listeners, 0);
});

test("an empty line holds no deadline", () => {
  const { line, deadlines } = setUp();
  line.join(1000);
  line.joinLimited(1000, 50, undefined);
  assert.equal(deadlines.size, 2);
  line.next();
  line.next();
  assert.equal(deadlines.size, 0);
});

test("all can be turned away, or all but the shared lane", async () => {
  const { line, clock } = setUp();
  const outcomes = [
    watch(line.join(0)),
    watch(line.joinShared(0, false, undefined)),
    watch(line.joinLimited(0, 10, undefined)),
    watch(line.joinShared(0, true, undefined)),
  ];
  const states = () => outcomes.map(({ state }) => state[0]).join("");
  const error = new Error("down");
  line.failAll(error, true);
  await clock.settle();
  assert.equal(states(), "rprp");
  line.failAll(error);
  await clock.settle();
  assert.equal(states(), "rrrr");
  assert.ok(outcomes.every((outcome) => outcome.error === error));
  assert.deepEqual([line.size, line.shared], [0, 0]);
});

test("any order of joining, leaving and serving agrees with an array", async () => {
  const { line, clock, left } = setUp(0);
  const random = new Random(5);
  const model: number[] = [];
  const aborts = new Map<number, AbortController>();
  for (let step = 0; step < 3000; step++) {
    const action = random.int(0, 9);
    if (action < 5) {
      const controller = new AbortController();
      aborts.set(step, controller);
      model.push(step);
      watch(line.joinLimited(step, 0, controller.signal));
    } else if (action < 8) {
      const waiter = line.next();
      assert.equal(waiter?.startedAt, model.shift());
      waiter?.settle({} as Lease<string>);
    } else if (model.length > 0) {
      const [gone] = model.splice(random.int(0, model.length - 1), 1);
      aborts.get(gone!)!.abort();
    }
    assert.equal(line.size, model.length);
  }
  await clock.settle();
  assert.ok(left.length > 300);
});

/** A signal that costs nothing, so that only the line is measured. */
class BareSignal {
  abort = () => {};

  addEventListener(_: string, listener: { handleEvent(): void }): void {
    this.abort = () => listener.handleEvent();
  }

  removeEventListener(): void {}
}

test("whoever leaves from the middle of a hundred thousand takes no longer than from a thousand", async () => {
  const clock = new FakeClock();
  const error = new Error("left");
  const line = new WaitingLine<string>(new Deadlines(clock), 0, () => error);
  /** The best time of leaving in a row of a thousand, so that garbage collection does not count. */
  const leaveAll = (count: number) => {
    const signals = Array.from({ length: count }, () => new BareSignal());
    for (const signal of signals) line.joinLimited(0, 0, signal as unknown as AbortSignal).catch(() => {});
    let best = Infinity;
    // From the middle outwards: whoever leaves is far from both ends until the last.
    for (let from = count / 2; from > 0; from -= 500) {
      const start = performance.now();
      for (let n = 0; n < 500; n++) {
        signals[from - 1 - n]!.abort();
        signals[count - from + n]!.abort();
      }
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  for (let n = 0; n < 5; n++) leaveAll(1000);
  const few = Math.min(...[1, 2, 3, 4, 5].map(() => leaveAll(1000)));
  const many = leaveAll(100_000);
  await clock.settle();
  assert.equal(line.size, 0);
  // A search through the line would make it a hundred times slower.
  assert.ok(many < few * 10, `${many} ms against ${few} ms for a thousand`);
});
