import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { Checks } from "../../lib/pool/checks.ts";
import type { Factory } from "../../lib/pool/factory.ts";
import { nextTurn, type Slot, slotStates } from "../../lib/pool/slot.ts";
import { Slots } from "../../lib/pool/slots.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

type Questions = Pick<Factory<string>, "validate" | "reset">;

function setUp(questions: Questions, timeoutMs = 100) {
  const clock = new FakeClock();
  const slots = new Slots<string>(5, "lifo");
  const told: string[] = [];
  const tell = (what: string) => (slot: Slot<string>) =>
    told.push(`${what} ${Object.keys(slotStates)[slot.state]} ${clock.now() - 1000}`);
  const checks = new Checks<string>({
    timeoutMs,
    slots,
    factory: { connect: () => Promise.reject(new Error("unused")), destroy: () => {}, ...questions },
    clock,
    deadlines: new Deadlines(clock),
    onFit: tell("fit"),
    onUnfit: tell("unfit"),
    onClean: tell("clean"),
    onDirty: tell("dirty"),
  });
  const idle = slots.add();
  slots.fill(idle, "a");
  slots.move(idle, slotStates.idle);
  const leased = slots.add();
  slots.fill(leased, "b");
  slots.move(leased, slotStates.leased);
  return { clock, told, checks, idle, leased };
}

/** What does not count as a yes, be it as the promise's value or in its place. */
const noes: readonly (() => unknown)[] = [
  () => Promise.resolve(false),
  () => Promise.resolve("yes"),
  () => Promise.resolve(1),
  () => Promise.resolve(undefined),
  () => Promise.reject(new Error("gone")),
  () => {
    throw new Error("gone");
  },
];

test("a connection that answers is fit, its slot validating until then", async () => {
  const { checks, clock, told, idle } = setUp({ validate: (connection) => Promise.resolve(connection === "a") }, 5000);
  checks.validate(idle);
  assert.equal(idle.state, slotStates.validating);
  assert.deepEqual(told, []);
  await clock.settle();
  assert.deepEqual(told, ["fit validating 0"]);
  await clock.advance(201);
  assert.deepEqual([told.length, clock.timers], [1, 0]);
});

test("anything but true is unfit", async () => {
  for (const no of noes) {
    const { checks, clock, told, idle } = setUp({ validate: no as () => Promise<boolean> });
    checks.validate(idle);
    await clock.settle();
    assert.deepEqual(told, ["unfit validating 0"]);
  }
});

test("silence is unfit once the time is over, and a late answer changes nothing", async () => {
  let answer!: (fit: boolean) => void;
  const { checks, clock, told, idle } = setUp({ validate: () => new Promise((resolve) => answer = resolve) });
  checks.validate(idle);
  await clock.advance(99);
  assert.deepEqual(told, []);
  await clock.advance(20);
  assert.equal(told.length, 1);
  assert.match(told[0]!, /^unfit validating 10\d$/);
  answer(true);
  await clock.settle();
  assert.equal(told.length, 1);
});

test("without a time limit an answer may take for ever", async () => {
  let answer!: (fit: boolean) => void;
  const { checks, clock, told, idle } = setUp({ validate: () => new Promise((resolve) => answer = resolve) }, 0);
  checks.validate(idle);
  await clock.advance(1_000_000);
  assert.deepEqual([told.length, clock.timers], [0, 0]);
  answer(true);
  await clock.settle();
  assert.deepEqual(told, ["fit validating 1000000"]);
});

test("no answer is listened to once the slot was closed, neither a good one, nor a bad one, nor silence", async () => {
  for (const end of [true, false, undefined]) {
    let answer!: (fit: boolean) => void;
    const { checks, clock, told, idle } = setUp({ validate: () => new Promise((resolve) => answer = resolve) });
    checks.validate(idle);
    idle.turn = nextTurn(idle.turn);
    if (end !== undefined) answer(end);
    await clock.advance(200);
    assert.deepEqual(told, []);
  }
});

test("what is clean already stays where it is, and nobody is told", async () => {
  const { checks, clock, told, leased } = setUp({ reset: (connection) => connection === "b" });
  assert.equal(checks.isClean(leased), true);
  await clock.settle();
  assert.equal(leased.state, slotStates.leased);
  assert.deepEqual([told.length, clock.timers], [0, 0]);
});

test("what is being undone is clean when that is over, its slot resetting until then", async () => {
  let answer!: (clean: boolean) => void;
  const { checks, clock, told, leased } = setUp({ reset: () => new Promise((resolve) => answer = resolve) });
  assert.equal(checks.isClean(leased), false);
  assert.equal(leased.state, slotStates.resetting);
  await clock.advance(50);
  assert.deepEqual(told, []);
  answer(true);
  await clock.settle();
  assert.deepEqual(told, ["clean resetting 50"]);
});

test("what cannot be undone stays dirty", async () => {
  for (const no of noes) {
    const { checks, clock, told, leased } = setUp({ reset: no as () => Promise<boolean> });
    assert.equal(checks.isClean(leased), false);
    await clock.settle();
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^dirty/);
  }
});

test("a plain false is told at once", () => {
  const { checks, told, leased } = setUp({ reset: () => false });
  assert.equal(checks.isClean(leased), false);
  assert.deepEqual(told, ["dirty leased 0"]);
});

test("what is not undone in time stays dirty", async () => {
  const { checks, clock, told, leased } = setUp({ reset: () => new Promise(() => {}) });
  checks.isClean(leased);
  await clock.advance(120);
  assert.equal(told.length, 1);
  assert.match(told[0]!, /^dirty resetting 10\d$/);
});

test("each question has its own time", async () => {
  const { checks, clock, told, idle, leased } = setUp({
    validate: () => new Promise(() => {}),
    reset: () => new Promise(() => {}),
  });
  checks.validate(idle);
  await clock.advance(60);
  checks.isClean(leased);
  await clock.advance(60);
  assert.deepEqual(told.map((what) => what.split(" ")[0]), ["unfit"]);
  await clock.advance(60);
  assert.deepEqual(told.map((what) => what.split(" ")[0]), ["unfit", "dirty"]);
});
