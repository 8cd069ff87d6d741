import { test } from "node:test";
import assert from "node:assert/strict";
import { BusyPoll } from "../../lib/connection/busy_poll.ts";
import { bulk } from "../support/oracles.ts";
import { openConnection } from "./open_connection.ts";

/** An event loop that turns when it is told to. */
class Loop {
  #next: (() => void)[] = [];

  readonly nextTurn = (callback: () => void): void => {
    this.#next.push(callback);
  };

  /** Whether it would look for bytes without sleeping. */
  get isAwake(): boolean {
    return this.#next.length > 0;
  }

  /** Turns until it would sleep. Returns how often. */
  run(most = 10_000): number {
    let turns = 0;
    for (; this.isAwake && turns < most; turns++) for (const callback of this.#next.splice(0)) callback();
    return turns;
  }
}

/** A poll whose connection has been the only one for a while. */
function makePoll() {
  const loop = new Loop();
  const poll = new BusyPoll(loop.nextTurn);
  const commands = { sent: 0 };
  for (let n = 0; n < 16; n++) poll.watch(commands);
  assert.equal(loop.isAwake, false);
  return { loop, poll, commands };
}

/** Flushes a command and has it answered after so many turns. Returns whether the loop stayed awake for it. */
function exchange({ loop, poll, commands }: ReturnType<typeof makePoll>, turns: number): boolean {
  commands.sent = 1;
  poll.watch(commands);
  const isAwake = loop.isAwake;
  loop.run(turns);
  commands.sent = 0;
  loop.run();
  return isAwake;
}

test("the loop stays awake until everything that was sent is answered, and not a turn longer", () => {
  const { loop, poll, commands } = makePoll();
  commands.sent = 2;
  poll.watch(commands);
  assert.equal(loop.run(20), 20);
  commands.sent = 1;
  assert.equal(loop.run(20), 20);
  commands.sent = 0;
  assert.equal(loop.run(), 1);
});

test("one callback a turn, however many flushes a turn has", () => {
  let callbacks = 0;
  const poll = new BusyPoll(() => callbacks++);
  const commands = { sent: 1 };
  for (let n = 0; n < 100; n++) poll.watch(commands);
  assert.equal(callbacks, 1);
});

test("a flush begins the count of turns anew", () => {
  const { loop, poll, commands } = makePoll();
  commands.sent = 1;
  for (let n = 0; n < 10; n++) {
    poll.watch(commands);
    assert.equal(loop.run(50), 50);
  }
});

test("what is not answered within 128 turns is slept for, and so are twice as many flushes each time", () => {
  const poll = makePoll();
  poll.commands.sent = 1;
  poll.poll.watch(poll.commands);
  assert.equal(poll.loop.run(), 128);
  for (let rest = 1; rest < 1023; rest = 2 * rest + 1) {
    for (let n = 0; n < rest; n++) assert.equal(exchange(poll, 1000), false);
    assert.equal(exchange(poll, 1000), true);
  }
});

test("a server that is far away costs 128 turns in a thousand flushes, one that comes near is soon waited for", () => {
  const poll = makePoll();
  for (let n = 0; n < 5000; n++) exchange(poll, 1000);
  const awake = (count: number, turns: number) =>
    Array.from({ length: count }, () => exchange(poll, turns)).filter(Boolean).length;
  assert.equal(awake(10_240, 1000), 10);
  assert.ok(awake(3000, 5) > 1900);
});

test("an answer in time halves the rest that the next miss begins", () => {
  const poll = makePoll();
  const missed = () => {
    while (!exchange(poll, 1000));
  };
  const rested = () => {
    let flushes = 0;
    while (!exchange(poll, 5)) flushes++;
    return flushes;
  };
  missed();
  missed();
  missed();
  assert.equal(rested(), 7);
  missed();
  assert.equal(rested(), 7);
  exchange(poll, 5);
  missed();
  assert.equal(rested(), 3);
});

test("connections that take turns are slept for", () => {
  const { loop, poll, commands } = makePoll();
  const other = { sent: 1 };
  commands.sent = 1;
  for (let n = 0; n < 100; n++) {
    poll.watch(n % 2 === 0 ? other : commands);
    assert.equal(loop.isAwake, false);
  }
});

test("a connection stays awake for its replies only", async () => {
  const loop = new Loop();
  const { connection, socket } = openConnection({ busyPoll: new BusyPoll(loop.nextTurn) });
  for (let n = 0; n < 16; n++) {
    const reply = connection.send(["GET", "a"]);
    await undefined;
    socket.feed(bulk("x"));
    await reply;
  }
  assert.equal(loop.isAwake, false);
  const reply = connection.send(["GET", "a"]);
  assert.equal(loop.isAwake, false);
  await undefined;
  assert.equal(loop.run(10), 10);
  socket.feed(bulk("x"));
  assert.equal(await reply, "x");
  loop.run();
  assert.equal(loop.isAwake, false);
});
