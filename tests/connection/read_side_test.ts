import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../lib/base/clock.ts";
import { Histogram } from "../../lib/base/histogram.ts";
import { type ReadHost, ReadSide } from "../../lib/connection/read_side.ts";
import { CommandRing } from "../../lib/connection/command_ring.ts";
import { defaultMapping } from "../../lib/resp/mapping.ts";

/** A clock whose timers fire when the turn is over, not when their time has come in the middle of it. */
class TurnClock implements Clock {
  time = 1000;
  #timers: (() => void)[] = [];

  now(): number {
    return this.time;
  }

  setTimer(fn: () => void): void {
    this.#timers.push(fn);
  }

  clearTimer(): void {}

  endTurn(): void {
    const timers = this.#timers;
    this.#timers = [];
    for (const fn of timers) fn();
  }
}

function reading() {
  const clock = new TurnClock();
  const ring = new CommandRing({ count: 0, bytes: 0 });
  const replies: unknown[] = [];
  const pushes: unknown[][] = [];
  let large = 0;
  let arrivedAt = clock.time;
  const host: ReadHost = {
    ring,
    protocol: 3,
    mapping: defaultMapping,
    endpoint: "h:1",
    get aliveAt() {
      return arrivedAt;
    },
    isOpening: false,
    hasEnded: false,
    takesOver: () => false,
    pushed: (push) => void pushes.push(push),
    receivesLarge: () => void large++,
  };
  const send = (count: number, resolve: (value: unknown) => void = (value) => replies.push(value)) => {
    for (let n = 0; n < count; n++) ring.push(["GET", "k"], resolve, (error) => replies.push(error), undefined, 1, 1);
    ring.sent = ring.size;
  };
  const reader = new ReadSide(host, clock, {});
  const read = (chunk: Uint8Array) => {
    arrivedAt = clock.time;
    return reader.read(chunk);
  };
  return { clock, large: () => large, pushes, read, reader, replies, ring, send };
}

const bytes = (text: string) => new TextEncoder().encode(text);

test("each reply settles the oldest command, and pushes settle none", () => {
  const { pushes, reader, replies, ring, send } = reading();
  send(3);
  assert.equal(reader.read(bytes("+a\r\n>2\r\n+kind\r\n+x\r\n+b\r\n-ERR no\r\n")), true);
  assert.deepEqual(replies.slice(0, 2), ["a", "b"]);
  assert.equal((replies[2] as Error).message, "ERR no");
  assert.deepEqual(pushes, [["kind", "x"]]);
  assert.deepEqual([ring.size, reader.isEmpty], [0, true]);
});

test("a reply that no command asked for is an error", () => {
  const { reader } = reading();
  assert.throws(() => reader.read(bytes("+OK\r\n")), { code: "UNSOLICITED_REPLY" });
});

test("M08: a flood of replies is read in turns of a few milliseconds each, in order and to the end", () => {
  const { clock, read, reader, replies, ring, send } = reading();
  const count = 100_000;
  // Each reply takes 10 µs of this clock.
  send(count, (value) => {
    replies.push(value);
    clock.time += 0.01;
  });
  const chunk = bytes(Array.from({ length: count }, (_, n) => `:${n}\r\n`).join(""));
  let start = clock.time;
  let longest = 0;
  let turns = 1;
  for (let isDone = read(chunk); !isDone; isDone = reader.readOn()) {
    chunk.fill(0);
    longest = Math.max(longest, clock.time - start);
    turns++;
    clock.endTurn();
    start = clock.time;
  }
  assert.ok(longest < 10, `one turn took ${longest} ms`);
  assert.ok(turns > 150, `${turns} turns`);
  assert.deepEqual(replies, Array.from({ length: count }, (_, n) => n));
  assert.equal(ring.size, 0);
});

test("the budget is that of a turn, however many chunks come in it", () => {
  const { clock, read, send } = reading();
  send(2000, () => clock.time += 0.01);
  const chunk = bytes(":1\r\n".repeat(400));
  assert.equal(read(chunk), true, "4 ms of one chunk are within the budget");
  assert.equal(read(chunk), false, "4 ms more are not, though this chunk alone would be");
});

test("M08: a long reply leaves others a turn every 50 ms, however many chunks it has", () => {
  const { clock, read, reader, replies, send } = reading();
  send(2);
  const element = bytes("$1\r\na\r\n".repeat(1000));
  assert.equal(read(bytes("*100000\r\n")), true);
  let turns = 1;
  let start = clock.time;
  for (let n = 0; n < 100; n++) {
    const isDone = read(element);
    clock.time += 3;
    if (isDone) continue;
    assert.ok(clock.time - start <= 60, `${clock.time - start} ms in one turn`);
    turns++;
    start = clock.time;
    assert.equal(reader.readOn(), true, "nothing was left over");
  }
  assert.ok(turns > 4 && turns < 8, `${turns} turns`);
  assert.equal((replies[0] as unknown[]).length, 100_000);
  clock.time += 1000;
  assert.equal(read(bytes("+OK\r\n")), true);
});

test("a reply that comes in many chunks is told of once, when it turns out to be large", () => {
  const { large, reader, replies, send } = reading();
  send(2);
  const body = "x".repeat(300_000);
  const stream = bytes(`$${body.length}\r\n${body}\r\n+OK\r\n`);
  for (let at = 0; at < stream.length; at += 50_000) reader.read(stream.slice(at, at + 50_000));
  assert.equal(large(), 1);
  assert.deepEqual(replies, [body, "OK"]);
});

test("each of several large replies is told of, also when nothing is asked for in between", () => {
  const { large, reader, send } = reading();
  const stream = bytes(`$300000\r\n${"x".repeat(300_000)}\r\n`);
  for (let n = 1; n <= 3; n++) {
    send(1);
    for (let at = 0; at < stream.length; at += 50_000) reader.read(stream.slice(at, at + 50_000));
    assert.equal(large(), n);
  }
});

test("a reply that comes when a long one is over is read at once", () => {
  const { clock, read, send } = reading();
  send(1);
  const text = bytes(`$300000\r\n${"x".repeat(300_000)}\r\n`);
  for (let n = 0; n < 3; n++) {
    for (let at = 0; at < text.length; at += 50_000) assert.equal(read(text.slice(at, at + 50_000)), true);
    clock.time += 1000;
    send(1);
  }
});

test("many small replies are never taken for a large one", () => {
  const { large, reader, send } = reading();
  send(40_000);
  const stream = bytes("+0123456789\r\n".repeat(40_000));
  for (let at = 0; at < stream.length; at += 1000) {
    if (!reader.read(stream.slice(at, at + 1000))) { while (!reader.readOn()); }
  }
  assert.equal(large(), 0);
});

test("replies are counted as they come, also those before one that ends the connection", () => {
  const { read, ring, send } = reading();
  send(3);
  read(bytes("+a\r\n-ERR no\r\n+b\r\n"));
  assert.deepEqual([ring.outcomes.ok, ring.outcomes.error], [2, 1]);
  send(1);
  assert.throws(() => read(bytes("+c\r\n+unasked\r\n")), { code: "UNSOLICITED_REPLY" });
  assert.equal(ring.outcomes.ok, 3);
});

test("the time of a chunk is that of the first command it answers; a part of a reply has none", () => {
  const { clock, read, ring, send } = reading();
  const times = ring.times = new Histogram();
  send(1);
  ring.stamp(clock.time);
  clock.time += 5;
  send(2);
  ring.stamp(clock.time);
  clock.time += 10;
  read(bytes("$5\r\nhel"));
  assert.equal(times.count, 0);
  clock.time += 10;
  read(bytes("lo\r\n+b\r\n"));
  assert.deepEqual([times.count, times.maxMs], [1, 25]);
  read(bytes("+c\r\n"));
  assert.deepEqual([times.count, times.minMs], [2, 20]);
  ring.times = undefined;
  send(1);
  read(bytes("+d\r\n"));
  assert.equal(times.count, 2);
});
