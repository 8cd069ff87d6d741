import assert from "node:assert/strict";
import { test } from "node:test";
import { isHeard, OpenTrace, traced } from "../../lib/observability/tracing.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { errorOf } from "../support/oracles.ts";
import { recordingChannels, type Stage, stagesOf } from "./channels.ts";

const target = { pool: "p", database: 2, serverAddress: "h", serverPort: 1 };

test("a channel is heard while anybody listens to one of its five", () => {
  assert.equal(isHeard(undefined), false);
  assert.equal(isHeard(recordingChannels([]).channels.command), false);
  for (const stage of ["start", "end", "asyncStart", "asyncEnd", "error"] as Stage[]) {
    assert.equal(isHeard(recordingChannels([stage]).channels.command), true, stage);
  }
});

test("an operation that works is told at its start and at its end, with the time it took", async () => {
  const { channels, told } = recordingChannels();
  const clock = new FakeClock();
  const trace = new OpenTrace(target);
  let isRunning = false;
  const promise = traced(channels.connect, trace, clock, () => {
    isRunning = true;
    assert.deepEqual(stagesOf(told, "connect"), ["start"]);
    return new Promise<number>((resolve) => clock.setTimer(() => resolve(5), 30, false));
  });
  assert.equal(isRunning, true, "it begins within the call");
  assert.deepEqual(stagesOf(told, "connect"), ["start", "end"]);
  assert.equal(trace.elapsedMs, undefined);
  await clock.advance(30);
  assert.equal(await promise, 5);
  assert.deepEqual(stagesOf(told, "connect"), ["start", "end", "asyncStart", "asyncEnd"]);
  assert.ok(told.every((one) => one.trace === trace as unknown));
  assert.deepEqual({ ...trace }, { ...target, elapsedMs: 30, error: undefined });
});

test("one that fails rejects with its own error, which is told first", async () => {
  const { channels, told } = recordingChannels();
  const trace = new OpenTrace(target);
  const error = new Error("mine");
  const ends: unknown[] = [];
  const promise = traced(channels.acquire, trace, new FakeClock(), () => Promise.reject(error), () => {
    ends.push(trace.error);
  });
  assert.equal(await errorOf<unknown>(promise), error);
  assert.deepEqual(stagesOf(told, "acquire"), ["start", "end", "error", "asyncStart", "asyncEnd"]);
  assert.deepEqual(ends, [error]);
});

test("no reply is ever part of what is told", async () => {
  const { channels, told } = recordingChannels();
  await traced(channels.command as never, new OpenTrace(target), new FakeClock(), () => Promise.resolve("c4n4ry"));
  assert.doesNotMatch(JSON.stringify(told), /c4n4ry/);
});

test("without a channel only the end is told", async () => {
  const trace = new OpenTrace(target);
  let ends = 0;
  assert.equal(await traced(undefined, trace, new FakeClock(), () => Promise.resolve(7), () => ends++), 7);
  assert.deepEqual([ends, trace.elapsedMs], [1, 0]);
});
