import assert from "node:assert/strict";
import { test } from "node:test";
import { Deadlines } from "../../lib/base/deadlines.ts";
import { HeldCommands } from "../../lib/client/held_commands.ts";
import { Postponed } from "../../lib/client/postponed.ts";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { PoolError, TimeoutError } from "../../lib/errors.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";

function postponed() {
  const clock = new FakeClock();
  const deadlines = new Deadlines(clock);
  const load = { count: 0, bytes: 0 };
  const held = new HeldCommands(
    load,
    { clock, deadlines, commandTimeoutMs: 5000, endpoint: "h:1" },
    deadlines,
    () => undefined,
  );
  const released: string[][] = [];
  const target = new CommandRing(load);
  const waiting = new Postponed(held, clock, ({ ring }) => {
    released.push(Array.from({ length: ring.size }, (_, n) => String(ring.args[(ring.head + n) & ring.mask]![1])));
    ring.moveUnsentTo(target);
  });
  /** Postpones a command that was refused after so many attempts. */
  const take = (key: string, attempts: number) => {
    const ring = new CommandRing(load);
    const promise = new Promise((resolve, reject) => ring.push(["GET", key], resolve, reject, undefined, 1, 1));
    promise.catch(() => {});
    ring.stamp(clock.now());
    ring.sent = 1;
    waiting.take(ring, attempts);
    return promise;
  };
  return { clock, load, released, take, waiting };
}

test("commands that were refused go again together, within the bound of the first one's backoff", async () => {
  const { clock, released, take } = postponed();
  take("a", 1);
  take("b", 4);
  assert.deepEqual(released, []);
  await clock.advance(21);
  assert.deepEqual(released, [["a", "b"]]);
});

test("the wait grows with the attempts and never exceeds a second", async () => {
  const { clock, released, take } = postponed();
  take("a", 30);
  await clock.advance(1001);
  assert.deepEqual(released, [["a"]]);
});

test("each round of waiting has its own timer", async () => {
  const { clock, released, take } = postponed();
  take("a", 1);
  await clock.advance(21);
  take("b", 1);
  await clock.advance(21);
  assert.deepEqual(released, [["a"], ["b"]]);
});

test("nothing is left when all are rejected", async () => {
  const { clock, load, released, take, waiting } = postponed();
  const promise = take("a", 1);
  waiting.rejectAll(new PoolError("POOL_CLOSED", "closed"));
  await assert.rejects(promise, (error) => error instanceof PoolError && !(error instanceof TimeoutError));
  await clock.advance(5000);
  assert.deepEqual(released, []);
  assert.equal(load.count, 0);
  assert.equal(clock.refTimers, 0);
});
