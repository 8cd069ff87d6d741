import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock, Timer } from "../../lib/base/clock.ts";
import { Deadline, Deadlines } from "../../lib/base/deadlines.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { Random } from "../support/random.ts";

class Noted extends Deadline {
  at: number | undefined;
  readonly #clock: FakeClock;
  readonly #then: (() => void) | undefined;

  constructor(clock: FakeClock, then?: () => void) {
    super();
    this.#clock = clock;
    this.#then = then;
  }

  override expire(): void {
    assert.equal(this.at, undefined, "expired twice");
    this.at = this.#clock.now();
    this.#then?.();
  }
}

test("a deadline passes at its time or a few milliseconds later, never before", () => {
  const clock = new FakeClock(0);
  const deadlines = new Deadlines(clock);
  const random = new Random(2);
  const all = Array.from({ length: 500 }, () => ({ due: random.next() * 3000, noted: new Noted(clock) }));
  for (const { due, noted } of all) deadlines.add(noted, due);
  for (let ms = 0; ms < 3100; ms++) clock.tick(1);
  for (const { due, noted } of all) {
    assert.ok(noted.at !== undefined && noted.at >= due && noted.at <= due + 9, `${due} passed at ${noted.at}`);
  }
});

test("one that was removed does not pass", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const [kept, removed] = [new Noted(clock), new Noted(clock)];
  deadlines.add(kept, 1050);
  deadlines.add(removed, 1050);
  deadlines.remove(removed);
  deadlines.remove(removed);
  assert.equal(deadlines.size, 1);
  clock.tick(500);
  assert.equal(removed.at, undefined);
  assert.notEqual(kept.at, undefined);
  assert.equal(deadlines.size, 0);
});

test("one that is added in an expiry is kept", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const second = new Noted(clock);
  deadlines.add(new Noted(clock, () => deadlines.add(second, clock.now() + 100)), 1050);
  clock.tick(300);
  assert.ok(second.at !== undefined && second.at >= 1150 && second.at <= 1170);
});

test("one may remove another of the same instant", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const noted: Noted[] = [];
  for (let n = 0; n < 2; n++) {
    noted.push(new Noted(clock, () => noted.forEach((other) => deadlines.remove(other))));
    deadlines.add(noted[n]!, 1050);
  }
  clock.tick(100);
  assert.equal(noted.filter(({ at }) => at !== undefined).length, 1);
});

test("before it judges it lets the loop read what has arrived", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const noted = new Noted(clock);
  deadlines.add(noted, 1050);
  clock.setTimer(() => deadlines.remove(noted), 56, true);
  clock.tick(200);
  assert.equal(noted.at, undefined);
});

test("after the loop was blocked it is given as long to read what has arrived, up to a second", () => {
  for (const [lateMs, readMs] of [[40, 40], [10_000, 1000]] as const) {
    const clock = new FakeClock(20_000);
    const deadlines = new Deadlines(clock);
    const [answered, unanswered] = [new Noted(clock), new Noted(clock)];
    deadlines.add(answered, clock.now() - lateMs);
    deadlines.add(unanswered, clock.now() - lateMs);
    clock.setTimer(() => deadlines.remove(answered), readMs - 1, true);
    clock.tick(1200);
    assert.deepEqual([answered.at, unanswered.at], [undefined, 20_000 + readMs]);
  }
});

/** A clock whose timers fire when its loop is free: `run` says at which times that is. */
class BlockedClock implements Clock {
  #now = 0;
  #timer: { fn: () => void; at: number } | undefined;

  now(): number {
    return this.#now;
  }

  setTimer(fn: () => void, ms: number): Timer {
    assert.ok(ms >= 0, `a timer of ${ms} ms`);
    return this.#timer = { fn, at: this.#now + ms };
  }

  clearTimer(): void {
    this.#timer = undefined;
  }

  /** Fires the timer at each of `times` at which it is due. */
  run(times: readonly number[]): void {
    for (this.#now of times) {
      const timer = this.#timer;
      if (timer === undefined || timer.at > this.#now) continue;
      this.#timer = undefined;
      timer.fn();
    }
  }
}

/** Notes the time at which it was seen to be over. */
class Seen extends Deadline {
  at: number | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override expire(): void {
    this.at = this.#clock.now();
  }
}

const everyMs = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

test("a loop that is blocked again while it reads is given that time as well, but not for ever", () => {
  const clock = new BlockedClock();
  const deadlines = new Deadlines(clock);
  const seen = new Seen(clock);
  deadlines.add(seen, 200);
  // Blocked up to 600, so it reads for 400; blocked again up to 1300, which is 300 too late.
  clock.run([...everyMs(0, 100), 600, 1300, ...everyMs(1301, 1600)]);
  assert.equal(seen.at, undefined);
  clock.run(everyMs(1600, 1700));
  assert.equal(seen.at, 1600);

  deadlines.add(seen, 1800);
  seen.at = undefined;
  // Each time it is 300 or 400 too late.
  clock.run(everyMs(3, 20).map((n) => n * 700));
  assert.equal(seen.at, 3500);
});

test("what becomes due while it reads, in a loop that is blocked again, is read for before it is judged", () => {
  const clock = new BlockedClock();
  const deadlines = new Deadlines(clock);
  const [first, second] = [new Seen(clock), new Seen(clock)];
  deadlines.add(first, 200);
  clock.run([0, 240, 250]);
  deadlines.remove(first);
  deadlines.add(second, 270);
  clock.run([500]);
  clock.run(everyMs(501, 600));
  deadlines.remove(second);
  clock.run(everyMs(600, 2000));
  assert.deepEqual([first.at, second.at], [undefined, undefined]);
});

test("what becomes due while it reads after a block is not read for as long again", () => {
  const clock = new BlockedClock();
  const deadlines = new Deadlines(clock);
  const all = everyMs(200, 1400).filter((ms) => ms % 20 === 0).map((due) => ({ due, seen: new Seen(clock) }));
  for (const { due, seen } of all) deadlines.add(seen, due);
  clock.run([0, ...everyMs(600, 1600)]);
  for (const { due, seen } of all) {
    const latest = due <= 600 ? 1000 : Math.max(1000, due) + 20;
    assert.ok(seen.at! >= due && seen.at! <= latest, `${due} seen at ${seen.at}`);
  }
});

test("a block of more than a second leaves the loop a turn to read before anything is judged", () => {
  const clock = new BlockedClock();
  const deadlines = new Deadlines(clock);
  const seen = new Seen(clock);
  deadlines.add(seen, 200);
  // The second time the loop had no turn in between.
  clock.run([0, 1400, 2600]);
  assert.equal(seen.at, undefined);
  clock.run(everyMs(2601, 2700));
  assert.ok(seen.at! > 2600 && seen.at! < 2620, `seen at ${seen.at}`);
});

test("what is added while it reads after a block is judged at its own time", () => {
  const clock = new BlockedClock();
  const deadlines = new Deadlines(clock);
  const [old, added] = [new Seen(clock), new Seen(clock)];
  deadlines.add(old, 1000);
  clock.run([0, 2000, 2001]);
  deadlines.add(added, 2051);
  clock.run(everyMs(2002, 3100));
  assert.ok(added.at! >= 2051 && added.at! <= 2075, `seen at ${added.at}`);
  assert.equal(old.at, 3000);
});

test("reading after a block holds the process no longer than there is something to judge", () => {
  const clock = new FakeClock(20_000);
  const deadlines = new Deadlines(clock);
  const noted = new Noted(clock);
  deadlines.add(noted, clock.now() - 900);
  clock.tick(2);
  deadlines.remove(noted);
  clock.tick(200);
  assert.equal(clock.timers, 0);
});

test("there is one timer for all, and none when nothing is left", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock, false);
  for (let n = 1; n <= 1000; n++) deadlines.add(new Noted(clock), 1000 + n);
  assert.equal(clock.timers, 1);
  clock.tick(2000);
  assert.equal(clock.timers, 0);
});

test("a timer left over by removed deadlines holds the process for 200 ms at most", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const noted = new Noted(clock);
  deadlines.add(noted, clock.now() + 60_000);
  clock.tick(1000);
  assert.equal(clock.refTimers, 1);
  deadlines.remove(noted);
  clock.tick(201);
  assert.equal(clock.timers, 0);
});

test("a set that shall not hold the process never does", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock, false);
  const noted = new Noted(clock);
  deadlines.add(noted, clock.now() + 500);
  for (let ms = 0; ms < 600; ms++) {
    clock.tick(1);
    assert.equal(clock.refTimers, 0);
  }
  assert.notEqual(noted.at, undefined);
});

test("a deadline further away than any timer can run waits for its time", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock, false);
  const noted = new Noted(clock);
  const thirtyDays = 30 * 24 * 3_600_000;
  deadlines.add(noted, clock.now() + thirtyDays);
  clock.tick(thirtyDays - 1000);
  assert.equal(noted.at, undefined);
  clock.tick(1100);
  assert.notEqual(noted.at, undefined);
});

test("after a stop nothing runs", () => {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  deadlines.add(new Noted(clock), 1050);
  deadlines.stop();
  assert.equal(clock.timers, 0);
});
