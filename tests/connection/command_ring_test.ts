import { test } from "node:test";
import assert from "node:assert/strict";
import { type Call, MappedCall, ownCall, skipped, tombstone } from "../../lib/connection/call.ts";
import { CommandRing, type Load } from "../../lib/connection/command_ring.ts";
import { TimeoutError } from "../../lib/errors.ts";
import { Outcomes } from "../../lib/observability/outcomes.ts";
import type { Argument } from "../../lib/resp/encoder.ts";
import { Random } from "../support/random.ts";

/** A command as the model keeps it. */
interface Entry {
  readonly args: readonly Argument[];
  readonly resolve: () => void;
  readonly reject: () => void;
  readonly call: Call | undefined;
  readonly weight: number;
  readonly count: number;
  /** When it was accepted; `undefined` until it is stamped. */
  start: number | undefined;
}

/** A ring as an array. Only the first entries have their start time: whoever stands behind one without gets his later. */
class Model {
  entries: Entry[] = [];
  sent = 0;

  push(entry: Entry): void {
    const isStamped = entry.start !== undefined && this.entries.every(({ start }) => start !== undefined);
    this.entries.push({ ...entry, start: isStamped ? entry.start : undefined });
  }

  shift(): Entry {
    this.sent = Math.max(0, this.sent - 1);
    return this.entries.shift()!;
  }

  stamp(now: number): void {
    for (const entry of this.entries) entry.start ??= now;
  }

  moveUnsentTo(target: Model): void {
    for (const entry of this.entries.splice(this.sent)) target.push(entry);
  }
}

function pushTo(ring: CommandRing, entry: Entry): void {
  ring.push(entry.args, entry.resolve, entry.reject, entry.call, entry.weight, entry.count);
}

function assertSame(ring: CommandRing, model: Model): void {
  assert.equal(ring.size, model.entries.length);
  assert.equal(ring.sent, model.sent);
  assert.ok(ring.size <= ring.mask + 1);
  for (const [n, entry] of model.entries.entries()) {
    const i = (ring.head + n) & ring.mask;
    assert.equal(ring.args[i], entry.args);
    assert.equal(ring.resolve[i], entry.resolve);
    assert.equal(ring.reject[i], entry.reject);
    assert.equal(ring.calls[i], entry.call);
    if (entry.start !== undefined) assert.equal(ring.start[i], entry.start);
  }
}

/** Nothing of a command is held once it has left. */
function assertForgets(ring: CommandRing): void {
  for (const column of [ring.args, ring.resolve, ring.reject, ring.calls]) {
    const held = column.filter((value) => value !== undefined).length;
    assert.ok(held <= ring.size, `${held} values are held for ${ring.size} commands`);
  }
}

function loadOf(...models: Model[]): Load {
  const entries = models.flatMap((model) => model.entries);
  return {
    count: entries.reduce((sum, { count }) => sum + count, 0),
    bytes: entries.reduce((sum, { weight }) => sum + weight, 0),
  };
}

let made = 0;

function entry(random: Random): Entry {
  return {
    args: ["GET", made++],
    resolve: () => {},
    reject: () => {},
    call: random.pick([undefined, undefined, tombstone, skipped]),
    weight: random.int(0, 1000),
    count: random.int(1, 50),
    start: undefined,
  };
}

test("a ring does what an array would do, through growth, moves and stamps", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = new Random(seed);
    const load: Load = { count: 0, bytes: 0 };
    const ring = new CommandRing(load);
    const other = new CommandRing(load);
    const model = new Model();
    const otherModel = new Model();
    // Alternately more pushes and more shifts, so that the ring grows, wraps and empties.
    for (let step = 0; step < 1500; step++) {
      const isGrowing = step % 400 < 200;
      switch (random.int(0, 9)) {
        case 0: {
          const now = 1000 + step;
          ring.stamp(now);
          model.stamp(now);
          break;
        }
        case 1:
          ring.sent = model.sent = random.int(model.sent, model.entries.length);
          break;
        case 2:
          if (!random.chance(0.1)) break;
          ring.moveUnsentTo(other);
          model.moveUnsentTo(otherModel);
          break;
        case 3:
          if (model.entries.length === 0) break;
          ring.moveHeadTo(other);
          otherModel.push(model.shift());
          break;
        case 4:
          if (!random.chance(0.2)) break;
          other.moveUnsentTo(ring);
          otherModel.moveUnsentTo(model);
          break;
        default:
          if (isGrowing ? random.chance(0.8) : random.chance(0.2)) {
            const added = entry(random);
            pushTo(ring, added);
            model.push(added);
          } else if (model.entries.length > 0) {
            ring.shift();
            model.shift();
          }
      }
      assertSame(ring, model);
      assertSame(other, otherModel);
      assert.deepEqual(load, loadOf(model, otherModel));
    }
    assertForgets(ring);
    assertForgets(other);
  }
});

test("a ring that has grown far gives its memory back once it is empty", () => {
  const random = new Random(1);
  const ring = new CommandRing({ count: 0, bytes: 0 });
  for (let n = 0; n < 5000; n++) pushTo(ring, entry(random));
  assert.equal(ring.mask + 1, 8192);
  while (ring.size > 0) ring.shift();
  assert.equal(ring.mask + 1, 16);
  assert.deepEqual(ring.load, { count: 0, bytes: 0 });
});

test("a ring that has grown far gives its memory back when all its commands move on", () => {
  const random = new Random(1);
  const load = { count: 0, bytes: 0 };
  const ring = new CommandRing(load);
  for (let n = 0; n < 5000; n++) pushTo(ring, entry(random));
  ring.moveUnsentTo(new CommandRing(load));
  assert.equal(ring.mask + 1, 16);
});

test("moving commands to a ring with a load of its own moves their load", () => {
  const random = new Random(2);
  const from = new CommandRing({ count: 0, bytes: 0 });
  const to = new CommandRing({ count: 0, bytes: 0 });
  for (let n = 0; n < 40; n++) pushTo(from, entry(random));
  const before = { ...from.load };
  from.sent = 1;
  from.moveUnsentTo(to);
  from.moveHeadTo(to);
  assert.deepEqual(from.load, { count: 0, bytes: 0 });
  assert.deepEqual(to.load, before);
});

test("a survey counts what was sent, and what of it nobody waits for any more", () => {
  const ring = new CommandRing({ count: 0, bytes: 0 });
  const settled = { ...tombstone, isSettled: true };
  const calls = [undefined, tombstone, settled, { ...tombstone, isSettled: false }, undefined];
  for (const [n, call] of calls.entries()) ring.push(["GET"], () => {}, () => {}, call, 1, n + 1);
  const sum = { inFlight: 0, tombstones: 0 };
  ring.survey(sum);
  assert.deepEqual(sum, { inFlight: 0, tombstones: 0 });
  ring.sent = 4;
  ring.survey(sum);
  assert.deepEqual(sum, { inFlight: 10, tombstones: 5 });
});

test("a failure counts unless the call counts itself, or is the library's own", () => {
  const outcomes = new Outcomes();
  const ring = new CommandRing({ count: 0, bytes: 0 }, outcomes);
  for (const call of [undefined, new MappedCall(undefined), ownCall, tombstone]) {
    ring.push(["GET"], () => {}, () => {}, call, 1, 1);
  }
  for (let i = 0; i < 4; i++) ring.failed(i, new TimeoutError("COMMAND_TIMEOUT", "late"));
  assert.equal(outcomes.timeout, 2);
});

test("a command that goes behind the others of a full ring keeps its start time", () => {
  const ring = new CommandRing({ count: 0, bytes: 0 });
  const push = () => ring.push(["GET", "k"], () => {}, () => {}, undefined, 1, 1);
  for (let n = 0; n < 5; n++) push();
  ring.stamp(1);
  for (let n = 0; n < 5; n++) ring.shift();
  for (let n = 0; n < 16; n++) {
    push();
    ring.stamp(100 + n);
  }
  assert.equal(ring.size, ring.mask + 1);
  ring.moveHeadTo(ring);
  const starts = Array.from({ length: 16 }, (_, n) => ring.start[(ring.head + n) & ring.mask]);
  assert.deepEqual(starts, [...Array.from({ length: 15 }, (_, n) => 101 + n), 100]);
});
