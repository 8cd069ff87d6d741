import { test } from "node:test";
import assert from "node:assert/strict";
import type { CallOptions } from "../../lib/client/cancellable_call.ts";
import type { ViewOptions } from "../../lib/client/dispatcher.ts";
import { assertError, errorOf, valueOf } from "../support/oracles.ts";
import { faultyPool } from "./faulty_pool.ts";

/** Options of a call that are wrong, and the name that the error must tell. */
const wrong: [unknown, string][] = [
  [{ timeoutMs: NaN }, "timeoutMs"],
  [{ timeoutMs: -1 }, "timeoutMs"],
  [{ timeoutMs: Infinity }, "timeoutMs"],
  [{ timeoutMs: "50" }, "timeoutMs"],
  [{ timeoutMs: null }, "timeoutMs"],
  [{ timeoutMs: 2 ** 31 }, "timeoutMs"],
  [{ signal: {} }, "signal"],
  [{ signal: "hunter2" }, "signal"],
  [{ signal: null }, "signal"],
  [{ timeout: 50 }, "timeout"],
  [{ TimeoutMs: 50 }, "TimeoutMs"],
  ["hunter2", "options"],
  [50, "options"],
  [null, "options"],
  [[], "options"],
];

/** Further ones, which only a command can have. */
const wrongForCommands: [unknown, string][] = [...wrong, [{ idempotent: "yes" }, "idempotent"], [
  { idempotent: 1 },
  "idempotent",
]];

test("wrong options of a call reject it, name the option, and cost nothing", async () => {
  const { pool, network, settle, end } = faultyPool();
  const calls: ((options: CallOptions) => Promise<unknown>)[] = [
    (options) => pool.send(["GET", "a"], options),
    (options) => pool.pipeline().get("a").exec(options),
    (options) => pool.multi().get("a").settled(options),
    (options) => pool.send(["BLPOP", "a", 0], options),
  ];
  for (const [options, name] of wrongForCommands) {
    for (const call of calls) await assertRefused(call(options as CallOptions), name);
  }
  await settle();
  assert.equal(network.targets.length, 0);
  await end();
});

test("wrong options of an acquire reject it, and so does one that only commands have", async () => {
  const { pool, network, settle, end } = faultyPool();
  for (const [options, name] of [...wrong, [{ idempotent: true }, "idempotent"] as const]) {
    await assertRefused(pool.acquire(options as CallOptions), name);
    await assertRefused(pool.use(() => assert.fail("there is no lease"), options as CallOptions), name);
  }
  await settle();
  assert.equal(network.targets.length, 0);
  await end();
});

test("wrong options of a call on a lease reject it", async () => {
  const { pool, end } = faultyPool();
  await pool.use(async (lease) => {
    for (const [options, name] of wrongForCommands) {
      await assertRefused(lease.send(["GET", "a"], options as CallOptions), name);
      await assertRefused(lease.pipeline().get("a").exec(options as CallOptions), name);
      assert.throws(() => lease.with(options as ViewOptions), { code: "INVALID_OPTION", argument: name });
    }
    assert.equal(await lease.get("a"), valueOf("a"));
  });
  await end();
});

test("wrong options of a view throw where it is made, those of its replies too", async () => {
  const { pool, end } = faultyPool();
  const wrongForViews: [unknown, string][] = [
    ...wrongForCommands,
    [{ replies: "bytes" }, "replies"],
    [{ replies: { strings: "buffer" } }, "replies.strings"],
    [{ replies: { String: "bytes" } }, "replies.String"],
    [{ replies: { integer: "int" } }, "replies.integer"],
  ];
  for (const [options, name] of wrongForViews) {
    assert.throws(() => pool.with(options as ViewOptions), (error: Error) => {
      assertError(error, { name: "ArgumentError", code: "INVALID_OPTION", argument: name });
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
  }
  await end();
});

test("options that are left out, or are undefined, are no options", async () => {
  const { pool, end } = faultyPool();
  const none = { signal: undefined, timeoutMs: undefined, idempotent: undefined };
  assert.equal(await pool.send(["GET", "a"], none), valueOf("a"));
  assert.equal(await pool.with({ ...none, replies: undefined }).get("a"), valueOf("a"));
  assert.deepEqual(await pool.pipeline().get("a").exec({}), [valueOf("a")]);
  await pool.use((lease) => lease.get("a"), { timeoutMs: undefined });
  await end();
});

async function assertRefused(call: Promise<unknown>, name: string): Promise<void> {
  const error = await errorOf<Error>(call);
  assertError(error, { name: "ArgumentError", code: "INVALID_OPTION", argument: name, sent: false });
  assert.doesNotMatch(error.message, /hunter2/);
}
