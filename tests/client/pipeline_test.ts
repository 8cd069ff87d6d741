import assert from "node:assert/strict";
import { test } from "node:test";
import type { RedisPool } from "../../lib/client/redis_pool.ts";
import { ArgumentError, ReplyError } from "../../lib/errors.ts";
import { assertError, watch } from "../support/oracles.ts";
import { faultyPool, HeldAnswers, type Play } from "./faulty_pool.ts";

/** Runs `fn` with a pool whose peer answers as `play` says. */
async function withPool(play: Play | undefined, fn: (pool: RedisPool, sent: () => string[][]) => Promise<void>) {
  const made = faultyPool({}, play);
  try {
    await fn(made.pool, () => made.commands());
  } finally {
    await made.end();
  }
}

const answers: Play = (args) => args[0] === "INCR" ? ":2\r\n" : args[0] === "BAD" ? "-ERR bad\r\n" : "+OK\r\n";

test("replies come in the order of the commands, with their types", () =>
  withPool(answers, async (pool) => {
    const [set, count, any] = await pool.pipeline().set("a", 1).incr("n").send(["BAD2"]).exec();
    const typed: ["OK", number, unknown] = [set, count, any];
    assert.deepEqual(typed, ["OK", 2, "OK"]);
  }));

test("exec rejects with the first error and has every reply attached; settled has errors as values", () =>
  withPool(answers, async (pool) => {
    const filled = () => pool.pipeline().incr("n").send(["BAD"]).incr("n").send(["BAD"]);
    await assert.rejects(filled().exec(), (error) => {
      assert.ok(error instanceof ReplyError);
      assert.deepEqual([error.command, error.replies?.length, error.replies?.[1]], ["BAD", 4, error]);
      return true;
    });
    const settled = await filled().settled();
    assert.deepEqual(settled.map((reply) => reply instanceof ReplyError ? reply.code : reply), [2, "ERR", 2, "ERR"]);
  }));

test("a pipeline is empty again once it has been run, and an empty one sends nothing", () =>
  withPool(answers, async (pool, sent) => {
    const pipeline = pool.pipeline();
    assert.deepEqual(await pipeline.exec(), []);
    pipeline.incr("n");
    assert.equal(pipeline.length, 1);
    await pipeline.exec();
    assert.deepEqual([pipeline.length, await pipeline.settled()], [0, []]);
    assert.deepEqual(sent(), [["INCR", "n"]]);
  }));

test("a command that needs a connection of its own is refused before anything is sent", () =>
  withPool(answers, async (pool, sent) => {
    for (const args of [["SUBSCRIBE", "c"], ["multi"], ["WATCH", "k"], ["BLPOP", "k", 0], ["CLIENT", "REPLY", "OFF"]]) {
      const run = pool.pipeline().incr("n").send(args).exec();
      await assert.rejects(run, (error) => error instanceof ArgumentError && error.code === "STATEFUL_COMMAND");
    }
    await assert.rejects(pool.pipeline().client("REPLY", "OFF").exec(), { code: "STATEFUL_COMMAND" });
    assert.deepEqual(sent(), []);
  }));

test("a command that cannot be encoded takes the whole pipeline back", () =>
  withPool(answers, async (pool, sent) => {
    await assert.rejects(pool.pipeline().incr("n").set("k", NaN).exec(), { code: "INVALID_ARG", sent: false });
    assert.deepEqual(sent(), []);
  }));

test("a transaction leaves as one, between MULTI and EXEC", () =>
  withPool(
    (args) => args[0] === "EXEC" ? "*2\r\n+OK\r\n:2\r\n" : args[0] === "MULTI" ? "+OK\r\n" : "+QUEUED\r\n",
    async (pool, sent) => {
      assert.deepEqual(await pool.multi().set("a", 1).incr("n").exec(), ["OK", 2]);
      assert.deepEqual(sent(), [["MULTI"], ["SET", "a", "1"], ["INCR", "n"], ["EXEC"]]);
    },
  ));

test("options of exec that are undefined leave those of the view in force", async () => {
  const held = new HeldAnswers();
  const { pool, advance, settle, end } = faultyPool({}, held.play);
  const batch = watch(pool.with({ timeoutMs: 50 }).pipeline().get("k").exec({ timeoutMs: undefined }));
  await settle();
  await advance(100);
  assertError(batch.error, { code: "COMMAND_TIMEOUT" });
  await end();
});
