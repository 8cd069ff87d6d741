/** Callers who give up, at any moment, against a real server. */
import { test } from "node:test";
import assert from "node:assert/strict";
import type { RedisPool } from "../../mod.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, CountingSignal, errorOf, valueOf, watch } from "../support/oracles.ts";
import { latenessAllowedMs, Settlement } from "../support/oracles_settle.ts";
import { Random } from "../support/random.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { lasting } from "./lasting.ts";
import { keys, setEchoValues } from "./load.ts";
import { Monitor } from "./monitor.ts";
import { onScene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

/** What can be asked of a pool and of a lease alike. */
type Asked = Pick<RedisPool, "get" | "ping" | "with" | "pipeline">;

/** Ways to send one command that is given up later. */
const senders: [string, number, (asked: Asked, signal: AbortSignal) => Promise<unknown>][] = [
  ["a command", 10, (asked, signal) => asked.with({ signal }).get("echo:1")],
  ["a command on one connection", 1, (asked, signal) => asked.with({ signal }).get("echo:1")],
  ["a pipeline", 10, (asked, signal) => asked.pipeline().get("echo:1").get("echo:4").exec({ signal })],
];

for (const [what, maxSize, send] of senders) {
  test(
    `C01: ${what} that is given up after it was sent leaves its reply to nobody`,
    redis,
    () =>
      onScene({}, async (scene) => {
        await setEchoValues(scene.ask);
        const pool = scene.pool({ maxSize });
        await pool.ready();
        for (const delayMs of [50, lasting(150, 2000)]) {
          scene.proxy.delay("toClient", delayMs);
          for (const abortMs of [0, 1, delayMs / 2, delayMs - 2, delayMs, delayMs + 5]) {
            const controller = new AbortController();
            const outcome = watch(send(pool, controller.signal));
            await pause(abortMs);
            controller.abort();
            const replies = await Promise.all([pool.get("echo:2"), pool.ping(), pool.get("echo:1")]);
            assert.deepEqual(replies, [valueOf("echo:2"), "PONG", valueOf("echo:1")]);
            if (outcome.error === undefined) continue;
            const name = what === "a pipeline" ? "BatchError" : "AbortError";
            assertError(outcome.error, { name, code: "ABORTED", sent: true, maybeExecuted: true });
          }
        }
        assert.equal(pool.stats().closes, 0, "a connection was given up for a caller who went");
      }),
  );
}

test(
  "C01: a command on a lease that is given up costs the connection, and the next holder gets his own",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool({ maxSize: 1 });
      await pool.ready();
      scene.proxy.delay("toClient", 50);
      for (const abortMs of [0, 1, 25, 48, 50]) {
        const controller = new AbortController();
        const lease = await pool.acquire();
        const outcome = watch(lease.with({ signal: controller.signal }).get("echo:1"));
        await pause(abortMs);
        controller.abort();
        await waitUntil(() => outcome.isSettled);
        lease.release();
        const next = await pool.acquire();
        assert.deepEqual(await Promise.all([next.get("echo:2"), next.ping()]), [valueOf("echo:2"), "PONG"]);
        next.release();
      }
    }),
);

test("C02: what is given up while it is queued never reaches the server", redis, () =>
  onScene({}, async (scene) => {
    const monitor = await Monitor.start(scene.server.port);
    const pool = scene.pool();
    pool.suspend();
    const controller = new AbortController();
    const given = Array.from({ length: 50 }, () => errorOf(pool.with({ signal: controller.signal }).incr("given-up")));
    const kept = pool.incr("kept");
    await pause(20);
    controller.abort();
    for (const error of given) {
      assertError(await error, { name: "AbortError", sent: false, maybeExecuted: false, phase: "queue" });
    }
    pool.resume();
    assert.equal(await kept, 1);
    await monitor.sees("kept");
    assert.ok(!monitor.text.includes("given-up"));
    monitor.stop();
  }));

test("C03: a signal that has fired before takes no place and opens nothing", redis, () =>
  onScene({}, async (scene) => {
    const pool = scene.pool();
    const signal = AbortSignal.abort("no");
    const calls = [pool.with({ signal }).get("k"), pool.pipeline().get("k").exec({ signal }), pool.acquire({ signal })];
    for (const call of [...calls, pool.with({ signal }).blpop("k", 1)]) {
      assertError(await errorOf(call), { name: "AbortError", sent: false, maybeExecuted: false, cause: "no" });
    }
    assert.equal(pool.stats().queuedCommands, 0);
    assert.equal(scene.connector.dials.length, 0);
  }));

test(
  "C04: an abort in the turn of the reply has one outcome, and nobody listens afterwards",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool();
      await pool.ready();
      for (let round = 0; round < 200; round++) {
        const signals = Array.from({ length: 4 }, () => new CountingSignal());
        let outcomes = 0;
        const calls = signals.map((signal, i) =>
          pool.with({ signal: signal as unknown as AbortSignal }).get(`echo:${i}`)
        );
        const settled = calls.map((call, i) =>
          call.then((value) => assert.equal(value, valueOf(`echo:${i}`)), (error) => assertError(error, { sent: true }))
            .then(() => outcomes++)
        );
        // The replies come in one chunk: the first one's caller acts before the others are told.
        calls[0]!.then(() => signals.forEach((signal) => signal.abort("now")));
        await Promise.all(settled);
        assert.equal(outcomes, 4);
        assert.deepEqual(signals.map(({ listeners }) => listeners), [0, 0, 0, 0]);
      }
    }),
);

test(
  "C05: a storm of aborts: every value belongs to its key, and no connection is lost",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const random = new Random(5);
      const pool = scene.pool();
      await pool.ready();
      const dials = scene.connector.dials.length;
      const count = { resolved: 0, aborted: 0 };
      const call = async () => {
        const key = random.pick(keys);
        const controller = new AbortController();
        const timer = random.chance(0.5) && setTimeout(() => controller.abort(), random.int(0, 5));
        try {
          assert.equal(await pool.with({ signal: controller.signal }).get(key), valueOf(key));
          count.resolved++;
        } catch (error) {
          assertError(error, { name: "AbortError" });
          count.aborted++;
        } finally {
          if (timer) clearTimeout(timer);
        }
      };
      scene.proxy.delay("toClient", 2, 2);
      const end = performance.now() + lasting(1500, 45_000);
      let begun = 0;
      const loop = async () => {
        while (begun++ < 10_000 || performance.now() < end) await call();
      };
      await Promise.all(Array.from({ length: 200 }, loop));
      assert.ok(count.aborted > 1000 && count.resolved > 1000, JSON.stringify(count));
      assert.ok(scene.connector.dials.length - dials <= 1, "aborts cost connections");
      assert.equal(pool.stats().closes, 0);
      await waitUntil(() => pool.stats().queuedCommands === 0);
    }),
);

test(
  "C06: a blocking pop that is given up: its connection goes, and the element stays",
  redis,
  () =>
    onScene({}, async (scene) => {
      const pool = scene.directPool();
      const blocked = async () => /blocked_clients:(\d+)/.exec(await scene.ask(["INFO", "clients"]) as string)![1];
      for (let round = 0; round < 10; round++) {
        const controller = new AbortController();
        const popped = errorOf(pool.with({ signal: controller.signal }).blpop("q", 0));
        await waitUntil(async () => await blocked() === "1");
        controller.abort();
        assertError(await popped, { name: "AbortError", sent: true, maybeExecuted: true });
        await waitUntil(async () => await blocked() === "0");
        assert.equal(await pool.rpush("q", String(round)), 1);
        assert.equal(await pool.lpop("q"), String(round));
      }
    }),
);

test(
  "C06: an element that comes as its pop is given up is delivered, or in the list, or its caller was warned",
  redis,
  () =>
    onScene({}, async (scene) => {
      const random = new Random(6);
      const pool = scene.directPool();
      const warned: string[] = [];
      const delivered: string[] = [];
      for (let round = 0; round < lasting(200, 5000); round++) {
        const controller = new AbortController();
        const popped = pool.with({ signal: controller.signal }).blpop("q", 0);
        const push = pause(random.int(0, 3)).then(() => pool.rpush("q", String(round)));
        const abort = pause(random.int(0, 4)).then(() => controller.abort());
        const outcome = await popped.catch((error) => error);
        if (Array.isArray(outcome)) delivered.push(outcome[1]!);
        else if (outcome.maybeExecuted) warned.push(String(round));
        await Promise.all([push, abort]);
        // Whatever is left is taken away, so that the next round begins with an empty list.
        for (let left = await pool.lpop("q"); left !== null; left = await pool.lpop("q")) delivered.push(left);
        const isAccounted = delivered.at(-1) === String(round) || warned.at(-1) === String(round);
        assert.ok(isAccounted, `element ${round} was lost and nobody was told`);
      }
      assert.equal(new Set(delivered).size, delivered.length, "an element was delivered twice");
    }),
);

test(
  "C07: a transaction that is given up before EXEC did not run; afterwards its caller knows that it may have",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool({ maxSize: 2 });
      await pool.ready();
      const lease = await pool.acquire();
      await lease.send(["MULTI"]);
      await lease.send(["INCR", "before"]);
      const controller = new AbortController();
      scene.proxy.delay("toClient", 30);
      const late = errorOf(lease.send(["INCR", "before"], { signal: controller.signal }));
      await pause(5);
      controller.abort();
      assertError(await late, { name: "AbortError", sent: true });
      lease.release();
      await pause(40);
      assert.equal(await scene.ask(["EXISTS", "before"]), 0);

      for (const target of [pool, await pool.acquire()]) {
        const giveUp = new AbortController();
        const begun = await scene.callsOf("exec");
        const after = errorOf(target.multi().incr("after").exec({ signal: giveUp.signal }));
        await waitUntil(async () => await scene.callsOf("exec") > begun);
        giveUp.abort();
        assertError(await after, { name: "BatchError", code: "ABORTED", sent: true, maybeExecuted: true });
        if ("release" in target) target.release();
      }
      assert.equal(await scene.ask(["GET", "after"]), "2");
      assert.equal(await pool.use((lease) => lease.get("echo:1")), valueOf("echo:1"));
      assert.deepEqual(await Promise.all([pool.get("echo:2"), pool.ping()]), [valueOf("echo:2"), "PONG"]);
    }),
);

test(
  "C08: an acquire that is given up in any stage of opening frees its caller at once, and destroy leaves nothing",
  redis,
  () =>
    onScene({ args: ["--requirepass", "secret"] }, async (scene) => {
      const secure = scene.proxy.url.replace("redis:", "rediss:");
      const stages: [string, string, object, () => void][] = [
        ["HELLO", scene.proxy.url, {}, () => scene.proxy.acceptNoReply()],
        ["AUTH", scene.proxy.url, { password: "secret" }, () => scene.proxy.swallow("toClient")],
        ["TLS", secure, {}, () => scene.proxy.acceptNoReply()],
        ["credentials", scene.proxy.url, { credentials: () => new Promise(() => {}) }, () => {}],
      ];
      for (const [what, url, options, fail] of stages) {
        fail();
        const pool = scene.poolOf(url, options);
        const controller = new AbortController();
        const acquired = errorOf(pool.acquire({ signal: controller.signal }));
        await pause(30);
        assert.equal(scene.connector.open, 1, what);
        const start = performance.now();
        controller.abort();
        assertError(await acquired, { name: "AbortError", sent: false, maybeExecuted: false });
        assert.ok(performance.now() - start <= latenessAllowedMs, what);
        await pool.destroy();
        await waitUntil(() => scene.connector.open === 0, latenessAllowedMs, () => `the socket in ${what} to close`);
        await scene.proxy.heal();
      }
    }),
);

test(
  "C09: an acquire that is given up as a connection comes free: the next in line gets it, and the counts are exact",
  redis,
  () =>
    onScene({}, async (scene) => {
      const pool = scene.directPool({ maxSize: 1 });
      for (let round = 0; round < 300; round++) {
        const holder = await pool.acquire();
        const controller = new AbortController();
        const first = pool.acquire({ signal: controller.signal });
        const second = pool.acquire();
        if (round % 2 === 0) controller.abort();
        holder.release();
        if (round % 2 === 1) controller.abort();
        const outcome = await first.then((lease) => lease, () => undefined);
        assert.equal(outcome === undefined, round % 2 === 0, "served before the abort, or given up before the release");
        outcome?.release();
        (await second).release();
      }
      const { leased, waiting, idle, total, connects } = pool.stats();
      assert.deepEqual({ leased, waiting, idle, total, connects }, {
        leased: 0,
        waiting: 0,
        idle: 1,
        total: 1,
        connects: 1,
      });
    }),
);

test("C10: one deadline covers the wait, the retries and the reply", redis, () =>
  onScene({}, async (scene) => {
    const pool = scene.pool({ acquireTimeoutMs: 100 });
    const settlement = new Settlement();
    const view = pool.with({ timeoutMs: 100 });
    const late = async (phase: string, sent: boolean) => {
      const start = performance.now();
      const calls: Promise<unknown>[] = [
        view.get("k"),
        view.incr("n"),
        pool.pipeline().get("k").get("k").exec({ timeoutMs: 100 }),
      ];
      for (const call of calls.map((call) => errorOf(settlement.follow(call, 100)))) {
        assertError(await call, { code: "COMMAND_TIMEOUT", phase, sent, maybeExecuted: sent });
        // Timers may be early by less than a millisecond.
        assert.ok(performance.now() - start >= 98, "a call ended before its deadline");
      }
    };
    scene.proxy.refuse();
    await late("queue", false);
    assertError(await errorOf(settlement.follow(pool.acquire(), 100)), { code: "POOL_TIMEOUT" });
    await scene.proxy.heal();
    await pool.with({ timeoutMs: 5000 }).ping();
    scene.proxy.swallow("toClient");
    await late("reply", true);
    settlement.assertInTime();
  }));

test(
  "C10: retries of a refused command end with its deadline, and the caller learns the refusal",
  redis,
  () =>
    onScene({}, async (scene) => {
      const pool = scene.directPool();
      await pool.ready();
      await scene.ask(["CONFIG", "SET", "busy-reply-threshold", "20"]);
      const loop = scene.ask(["EVAL", "while true do end", "0"]).catch(() => {});
      await pause(100);
      const settlement = new Settlement();
      let error: Record<string, unknown> = {};
      // One that was on its way again when its time was up cannot know.
      for (let round = 0; round < 20 && error.code !== "BUSY"; round++) {
        error = await errorOf(settlement.follow(pool.with({ timeoutMs: 150 }).incr("n"), 150));
      }
      assertError(error, { name: "ReplyError", code: "BUSY", maybeExecuted: false });
      assert.ok((error.attempts as number) > 1);
      settlement.assertInTime();
      await scene.ask(["SCRIPT", "KILL"]);
      await loop;
      assert.equal(await scene.ask(["GET", "n"]), null);
    }),
);

test("C11: a handshake that takes too long: its late replies reach nobody", redis, () =>
  onScene({}, async (scene) => {
    await setEchoValues(scene.ask);
    const pool = scene.pool({ connectTimeoutMs: 150, clientName: "tester" });
    scene.proxy.delay("toClient", 300);
    const first = errorOf(pool.ready());
    assertError(await first, { code: "HANDSHAKE_TIMEOUT", phase: "handshake" });
    const reads = keys.slice(0, 50).map((key) => pool.get(key));
    await pause(200);
    await scene.proxy.heal();
    assert.deepEqual(await Promise.all(reads), keys.slice(0, 50).map(valueOf));
    const names = await scene.ask(["CLIENT", "LIST"]) as string;
    assert.ok(names.includes("name=tester"));
  }));

test("C12: a scan that is left by return or throw gives its lease back", redis, () =>
  onScene({}, async (scene) => {
    await setEchoValues(scene.ask);
    const pool = scene.directPool({ maxSize: 1 });
    const leave = new Error("enough");
    const scan = (onPage: (count: number) => boolean) =>
      pool.use(async (lease) => {
        for (let cursor = "0", pages = 1;; pages++) {
          const [next] = await lease.scan(cursor, "COUNT", 10);
          if (onPage(pages)) return pages;
          if ((cursor = next) === "0") return pages;
        }
      });
    assert.equal(await scan((pages) => pages === 2), 2);
    await assert.rejects(
      scan(() => {
        throw leave;
      }),
      leave,
    );
    assert.equal(pool.stats().leased, 0);
    assert.equal(await pool.dbsize(), keys.length);
  }));

for (const [what, valueBytes] of [["a reply", 0], ["replies of many reads", 3000]] as const) {
  test(
    `C14: the timeout does not win over ${what} that waited while the loop was blocked beyond the deadline`,
    redis,
    () =>
      onScene({}, async (scene) => {
        const values = keys.slice(0, 110).map((key) => valueOf(key).padEnd(valueBytes, "."));
        await scene.ask(["MSET", ...values.flatMap((value, i) => [keys[i]!, value])]);
        const deadlineMs = 200;
        const pool = scene.directPool({
          commandTimeoutMs: deadlineMs,
          acquireTimeoutMs: deadlineMs,
          stallTimeoutMs: 100,
        });
        await pool.warm(3);
        for (let round = 0; round < 3; round++) {
          const lease = await pool.acquire();
          // So that what follows leaves at once: without a connection of the lane it would wait for one.
          await pool.with({ timeoutMs: 5000 }).ping();
          const calls = [
            ...keys.slice(0, 50).map((key) => pool.get(key)),
            ...keys.slice(50, 100).map((key) => pool.with({ timeoutMs: deadlineMs }).get(key)),
            ...keys.slice(100, 110).map((key) => lease.get(key)),
          ];
          // Lets the commands leave; then nothing runs here for longer than they have.
          await Promise.resolve();
          await new Promise((resolve) => setTimeout(resolve, 0));
          const end = performance.now() + lasting(600, 3000);
          while (performance.now() < end);
          assert.deepEqual(await Promise.all(calls), values);
          lease.release();
        }
        assert.equal(pool.stats().closes, 0, "a connection was given up though its replies were there");
      }),
  );
}
