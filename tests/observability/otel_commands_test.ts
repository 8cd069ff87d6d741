import assert from "node:assert/strict";
import { test } from "node:test";
import type { RedisObserver } from "../../lib/observability/observer.ts";
import type { OtelAttributes } from "../../lib/observability/otel_api.ts";
import { type CommandSinks, OtelCommands } from "../../lib/observability/otel_commands.ts";
import type { CommandTrace } from "../../lib/observability/trace.ts";
import { ReplyError } from "../../lib/errors.ts";
import { FakeClock } from "../../lib/testing/fake_clock.ts";
import { trace } from "./command_traces.ts";

interface Told {
  readonly name: string;
  readonly attributes: OtelAttributes;
  status: number | undefined;
  isOver: boolean;
}

/** A pool whose commands the test makes, and sinks that note what they are told. */
function setUp(share = 1, sinks: Partial<CommandSinks> = {}, costMs = 0) {
  const clock = new FakeClock();
  const spans: Told[] = [];
  const durations: [number, OtelAttributes | undefined][] = [];
  const observers = new Set<RedisObserver>();
  let observed = 0;
  const pool = {
    observe(observer: RedisObserver) {
      observed++;
      observers.add(observer);
      return () => void observers.delete(observer);
    },
  };
  const tracer = {
    startSpan(name: string, options: { kind?: number; attributes?: OtelAttributes } = {}) {
      assert.equal(options.kind, 2);
      clock.tick(costMs);
      const span: Told = { name, attributes: { ...options.attributes }, status: undefined, isOver: false };
      spans.push(span);
      return {
        setAttributes: (more: OtelAttributes) => Object.assign(span.attributes, more),
        setStatus: ({ code }: { code: number }) => span.status = code,
        end: () => void (span.isOver = true),
      };
    },
  };
  const duration = { record: (value: number, attributes?: OtelAttributes) => void durations.push([value, attributes]) };
  const commands = new OtelCommands(pool, { duration, tracer, share, clock, ...sinks });
  /** Calls a command; returns what ends it. */
  const call = (changed: Partial<CommandTrace> = {}) => {
    const begun = trace(changed);
    const heard = [...observers];
    for (const observer of heard) observer.commandStart?.(begun);
    return (end: { elapsedMs: number; error?: unknown }) => {
      for (const observer of heard) observer.commandEnd?.(Object.assign(begun, end));
    };
  };
  return { clock, spans, durations, observers, commands, call, observed: () => observed };
}

test("a command is a span from its call to its end, and a time in seconds", () => {
  const { spans, durations, call } = setUp();
  const end = call();
  assert.deepEqual(spans.map(({ name, isOver }) => [name, isOver]), [["get", false]]);
  end({ elapsedMs: 250 });
  assert.equal(spans[0]?.isOver, true);
  assert.equal(spans[0].status, undefined);
  assert.equal(durations[0]?.[0], 0.25);
  assert.equal(durations[0][1]?.["db.operation.name"], "get");
});

test("what failed is marked, in the span and in the time", () => {
  const { spans, durations, call } = setUp();
  call()({ elapsedMs: 1, error: new ReplyError("WRONGTYPE", "wrong") });
  assert.equal(spans[0]?.status, 2);
  assert.equal(spans[0].attributes["error.type"], "WRONGTYPE");
  assert.equal(durations[0]?.[1]?.["db.response.status_code"], "WRONGTYPE");
  call()({ elapsedMs: 1 });
  assert.equal(durations[1]?.[1]?.["error.type"], undefined);
});

test("a tracer alone and a histogram alone are enough", () => {
  const traced = setUp(1, { duration: undefined });
  traced.call()({ elapsedMs: 1 });
  assert.equal(traced.spans[0]?.isOver, true);
  const timed = setUp(1, { tracer: undefined });
  timed.call()({ elapsedMs: 1 });
  assert.deepEqual([timed.spans.length, timed.durations.length], [0, 1]);
});

test("equal commands share their attributes, others do not", () => {
  const { durations, call } = setUp();
  call()({ elapsedMs: 1 });
  call()({ elapsedMs: 1 });
  call({ operation: "set" })({ elapsedMs: 1 });
  call({ operation: "fcall", procedure: "a" })({ elapsedMs: 1 });
  call({ operation: "fcall", procedure: "b" })({ elapsedMs: 1 });
  const [first, second, third, fourth, fifth] = durations.map(([, attributes]) => attributes);
  assert.equal(first, second);
  assert.equal(third?.["db.operation.name"], "set");
  assert.deepEqual([fourth, fifth].map((one) => one?.["db.stored_procedure.name"]), ["a", "b"]);
});

/** As many commands as are told of in any case. */
const always = 100;

test("when the share of the time is spent nobody listens until the next tenth of a second", async () => {
  const { clock, spans, observers, call, observed } = setUp(0.5, {}, 0.5);
  const ends = Array.from({ length: always }, () => call());
  assert.equal(observers.size, 0, "fifty milliseconds of a hundred");
  call();
  assert.equal(spans.length, always);
  for (const end of ends) end({ elapsedMs: 5 });
  assert.ok(spans.every(({ isOver }) => isOver), "those that began are told to their end");
  await clock.advance(49);
  assert.equal(observers.size, 0);
  await clock.advance(1);
  assert.equal(observers.size, 1);
  assert.equal(observed(), 2);
  for (let i = 1; i < always; i++) call();
  assert.equal(observers.size, 1, "a new share for a new window");
});

test("a hundred are told of in a tenth of a second, however long they take", async () => {
  const { clock, spans, observers, call } = setUp(0.01, {}, 0.2);
  for (let i = 1; i < always; i++) call();
  assert.equal(observers.size, 1);
  call();
  assert.equal(observers.size, 0);
  await clock.advance(100);
  call();
  assert.equal(spans.length, always + 1);
});

test("the time that the end of a command takes counts, too", () => {
  const slow = { record: () => clock.tick(0.1) };
  const { clock, observers, call } = setUp(0.05, { duration: slow });
  const ends = Array.from({ length: always }, () => call());
  ends.slice(0, 49).forEach((end) => end({ elapsedMs: 1 }));
  assert.equal(observers.size, 1);
  ends.slice(49).forEach((end) => end({ elapsedMs: 1 }));
  assert.equal(observers.size, 0);
  assert.equal(clock.timers, 1);
});

test("commands that come slowly are all told of", async () => {
  const { clock, spans, call, observed } = setUp(0.03, {}, 1);
  for (let i = 0; i < 50; i++) {
    call()({ elapsedMs: 1 });
    await clock.advance(50);
  }
  assert.equal(spans.length, 50);
  assert.equal(observed(), 1);
});

test("a share of 1 tells of every command, however long it takes", () => {
  const { spans, call } = setUp(1, {}, 60);
  for (let i = 0; i < 3 * always; i++) call();
  assert.equal(spans.length, 3 * always);
});

test("after the end nobody listens, and no timer is left", async () => {
  const { clock, commands, observers, spans, call } = setUp(0);
  for (let i = 0; i < always; i++) call();
  assert.equal(observers.size, 0);
  assert.equal(clock.refTimers, 0, "it keeps no process alive");
  commands.stop();
  assert.equal(clock.timers, 0);
  await clock.advance(1000);
  assert.equal(observers.size, 0);
  call();
  assert.equal(spans.length, always);
  const listening = setUp();
  listening.commands.stop();
  assert.equal(listening.observers.size, 0);
});

test("a command under way at the end is told to its end, and nobody listens again", async () => {
  const { clock, commands, observers, spans, call } = setUp(0.03, {}, 1);
  const end = call();
  commands.stop();
  end({ elapsedMs: 1 });
  await clock.advance(1000);
  assert.equal(spans[0]?.isOver, true);
  assert.equal(observers.size, 0);
});
