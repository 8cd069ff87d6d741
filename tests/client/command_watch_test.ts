import assert from "node:assert/strict";
import { test } from "node:test";
import { CommandWatch } from "../../lib/client/command_watch.ts";
import { ReplyError } from "../../lib/errors.ts";
import type { RedisObserver } from "../../lib/observability/observer.ts";
import type { CommandTrace } from "../../lib/observability/trace.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { recordingChannels, stagesOf } from "../observability/channels.ts";
import { errorOf, quietly } from "../support/oracles.ts";

const target = { pool: "p", database: 0, serverAddress: "h", serverPort: 1 };

function setUp(channels?: ReturnType<typeof recordingChannels>["channels"]) {
  const clock = new FakeClock();
  return { clock, watch: new CommandWatch(target, clock, channels) };
}

/** Hears of everything and writes it down. */
function recorder(more: Partial<RedisObserver> = {}): { observer: RedisObserver; heard: [string, CommandTrace][] } {
  const heard: [string, CommandTrace][] = [];
  const observer: RedisObserver = {
    commandStart: (trace) => heard.push(["start", trace]),
    commandEnd: (trace) => heard.push(["end", trace]),
    slow: (trace) => heard.push(["slow", trace]),
    ...more,
  };
  return { observer, heard };
}

test("nobody hears until somebody is added who wants to hear of commands", () => {
  const { watch } = setUp();
  assert.deepEqual([watch.hearsCommands, watch.hearsBatches, watch.hearsAcquires], [false, false, false]);
  watch.add({ connect: () => {}, push: () => {} });
  watch.add({ slow: () => {} });
  watch.add({ slowMs: 5 });
  assert.equal(watch.hearsCommands, false);
  const ends = [watch.add(recorder().observer), watch.add({ slow: () => {}, slowMs: 5 })];
  assert.deepEqual([watch.hearsCommands, watch.hearsBatches], [true, true]);
  for (const end of ends) end();
  assert.deepEqual([watch.hearsCommands, watch.hearsBatches], [false, false]);
});

test("both calls are given the same trace, complete at the end", async () => {
  const { watch, clock } = setUp();
  const { observer, heard } = recorder();
  watch.add(observer);
  const value = watch.command("lease", ["GET", "k"], () => {
    assert.equal(heard.length, 1, "told before it begins");
    assert.equal(heard[0]![1].elapsedMs, undefined);
    return new Promise((resolve) => clock.setTimer(() => resolve(7), 12, false));
  });
  await clock.advance(12);
  assert.equal(await value, 7);
  const [[, first], [, last]] = heard as [[string, CommandTrace], [string, CommandTrace]];
  assert.deepEqual(heard.map(([name]) => name), ["start", "end"]);
  assert.equal(first, last);
  assert.deepEqual([last.command, last.lane, last.pool, last.elapsedMs, last.error], [
    "GET",
    "lease",
    "p",
    12,
    undefined,
  ]);
});

test("a failure is told and reaches its caller unchanged", async () => {
  const { watch } = setUp();
  const { observer, heard } = recorder();
  watch.add(observer);
  const error = new ReplyError("WRONGTYPE", "wrong type");
  assert.equal(await errorOf<unknown>(watch.command("shared", ["GET", "k"], () => Promise.reject(error))), error);
  assert.equal(heard.at(-1)![1].error, error);
});

test("slow is what takes as long as the observer says, whatever becomes of it", async () => {
  const { watch, clock } = setUp();
  const lazy = recorder({ slowMs: 100 });
  const strict = recorder({ slowMs: 10 });
  watch.add(lazy.observer);
  watch.add(strict.observer);
  for (const ms of [9, 10, 99, 150]) {
    const done = watch.command("shared", ["GET", "k"], () =>
      new Promise((resolve, reject) => {
        clock.setTimer(() => ms === 99 ? reject(new Error("mine")) : resolve(1), ms, false);
      }));
    done.catch(() => {});
    await clock.advance(ms);
    await done.catch(() => {});
  }
  const slow = (heard: [string, CommandTrace][]) =>
    heard.filter(([name]) => name === "slow").map(([, t]) => t.elapsedMs);
  assert.deepEqual(slow(strict.heard), [10, 99, 150]);
  assert.deepEqual(slow(lazy.heard), [150]);
});

test("observers that throw or reject change nothing, and the next one hears", async () => {
  await quietly(async () => {
    const { watch } = setUp();
    const fail = () => {
      throw new Error("mine");
    };
    watch.add({ commandStart: fail, commandEnd: fail, slow: fail, slowMs: 0 });
    watch.add({
      commandStart: () => Promise.reject(new Error("mine")),
      commandEnd: () => Promise.reject(new Error("x")),
    });
    const { observer, heard } = recorder();
    watch.add(observer);
    assert.equal(await watch.command("shared", ["GET", "k"], () => Promise.resolve(1)), 1);
    assert.deepEqual(heard.map(([name]) => name), ["start", "end"]);
  });
});

test("an observer whose members cannot be read hears nothing", () => {
  const { watch } = setUp();
  const end = watch.add(
    new Proxy({}, {
      get() {
        throw new Error("mine");
      },
    }),
  );
  assert.equal(watch.hearsCommands, false);
  end();
});

test("channels are told of what they are for, and of nothing while nobody listens", async () => {
  const { channels, told } = recordingChannels();
  const { watch } = setUp(channels);
  assert.deepEqual([watch.hearsCommands, watch.hearsBatches, watch.hearsAcquires], [true, true, true]);
  await watch.command("shared", ["GET", "k"], () => Promise.resolve(1));
  await watch.batch("shared", [{ args: ["GET", "k"], shape: undefined }], () => Promise.resolve([1]));
  await watch.connect(() => Promise.resolve(1));
  await watch.acquire(() => Promise.resolve(1));
  for (const name of ["command", "batch", "connect", "acquire"]) {
    assert.deepEqual(stagesOf(told, name), ["start", "end", "asyncStart", "asyncEnd"], name);
  }
  const deaf = recordingChannels([]);
  const quiet = setUp(deaf.channels).watch;
  assert.deepEqual([quiet.hearsCommands, quiet.hearsBatches, quiet.hearsAcquires], [false, false, false]);
  quiet.add(recorder().observer);
  await quiet.command("shared", ["GET", "k"], () => Promise.resolve(1));
  await quiet.connect(() => Promise.resolve(1));
  assert.deepEqual(deaf.told, []);
});

test("it looks again after 64 commands at the latest, and at once when an observer comes", () => {
  const { channels } = recordingChannels([]);
  const { watch } = setUp(channels);
  assert.deepEqual([watch.look(), watch.unwatched], [false, 64]);
  const end = watch.add(recorder().observer);
  assert.equal(watch.unwatched, 0);
  assert.deepEqual([watch.look(), watch.unwatched], [true, 0]);
  end();
  assert.deepEqual([watch.look(), watch.unwatched], [false, 64]);
});
