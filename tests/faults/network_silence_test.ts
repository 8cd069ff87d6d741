/** Networks that swallow what they are given. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { assertError, errorOf, valueOf, watch } from "../support/oracles.ts";
import { Ledger } from "../support/oracles_ledger.ts";
import { latenessAllowedMs, Settlement } from "../support/oracles_settle.ts";
import { pause, waitUntil } from "../support/wait_until.ts";
import { lasting } from "./lasting.ts";
import { setEchoValues } from "./load.ts";
import { onScene, type Scene } from "./scene.ts";

const redis = { skip: skipWithoutProgram("redis") };

/** A black hole in both directions. */
function swallowAll({ proxy }: Scene): void {
  proxy.swallow("toServer");
  proxy.swallow("toClient");
}

/** Sends new dials another way to the same server, so that faults of the proxy meet the old connections only. */
async function withDetour(scene: Scene, play: () => Promise<void>): Promise<void> {
  const detour = await startFaultProxy({ targetPort: scene.server.port });
  scene.connector.redirect = (target) => ({ ...target, port: detour.port });
  try {
    await play();
  } finally {
    await detour.close();
  }
}

test(
  "N01: a black hole under one connection: it is replaced within two seconds, reads go on, writes tell the truth",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const pool = scene.pool();
      await pool.ping();
      await withDetour(scene, async () => {
        swallowAll(scene);
        const start = performance.now();
        const write = errorOf(pool.incr("n"));
        assert.equal(await pool.get("echo:1"), valueOf("echo:1"));
        const replacedMs = performance.now() - start;
        assertError(await write, {
          name: "ConnectionLostError",
          code: "CONN_STALLED",
          sent: true,
          maybeExecuted: true,
        });
        assert.ok(replacedMs <= 2000, `replaced after ${Math.round(replacedMs)} ms`);
        assert.equal(pool.stats().closes, 1);
        await pool.destroy();
      });
    }),
);

test(
  "N01: a black hole for all: every caller is free at his deadline, and the pool is back when it ends",
  redis,
  () =>
    onScene({}, async (scene) => {
      await setEchoValues(scene.ask);
      const deadlineMs = lasting(600, 5000);
      const pool = scene.pool({ commandTimeoutMs: deadlineMs, acquireTimeoutMs: deadlineMs, stallTimeoutMs: 200 });
      const lease = await pool.acquire();
      await pool.ping();
      const [ledger, settlement] = [new Ledger(), new Settlement()];
      swallowAll(scene);
      const follow = <T>(promise: Promise<T>) => settlement.follow(promise, deadlineMs).then(() => {}, () => {});
      const calls: Promise<unknown>[] = [follow(lease.get("echo:1")), follow(pool.acquire())];
      for (let n = 0; n < 200; n++) {
        calls.push(ledger.write((args) => settlement.follow(pool.send(args), deadlineMs)));
        calls.push(follow(pool.get("echo:1")), follow(pool.pipeline().get("echo:1").get("echo:2").exec()));
        calls.push(follow(pool.blpop("nothing", 0.001)));
        await pause(2);
      }
      await Promise.all(calls);
      settlement.assertInTime();
      for (const error of ledger.errors) assertError(error, { code: "COMMAND_TIMEOUT" });
      lease.release();
      const healedAt = performance.now();
      await scene.proxy.heal();
      await waitUntil(async () => await pool.get("echo:1").catch(() => null) === valueOf("echo:1"));
      assert.ok(performance.now() - healedAt <= 1250 + deadlineMs, "not back in time");
      await ledger.verify(scene.ask);
    }),
);

for (const way of ["leases", "the shared lane"] as const) {
  test(
    `N02: a black hole under an idle pool, used by ${way}, is noticed without a user's command`,
    redis,
    () =>
      onScene({}, async (scene) => {
        const [keepaliveMs, validateTimeoutMs] = [lasting(400, 5000), lasting(200, 1000)];
        const pool = scene.pool({ keepaliveMs, validateTimeoutMs, minIdle: 2 });
        await pool.ready();
        if (way === "leases") await pool.use((lease) => lease.ping());
        else await pool.ping();
        await waitUntil(() => pool.stats().idle >= 2 && pool.stats().connecting === 0);
        const { closes: closesBefore, total: open } = pool.stats();
        await withDetour(scene, async () => {
          swallowAll(scene);
          const start = performance.now();
          await waitUntil(
            () => pool.stats().closes - closesBefore >= open,
            2 * (keepaliveMs + validateTimeoutMs) + 1000,
          );
          const noticedMs = performance.now() - start;
          assert.ok(noticedMs <= keepaliveMs + validateTimeoutMs + latenessAllowedMs, `noticed after ${noticedMs} ms`);
          assert.equal(await (way === "leases" ? pool.use((lease) => lease.incr("n")) : pool.incr("n")), 1);
          await pool.destroy();
        });
      }),
  );
}

test(
  "N02: an idle pool whose network is silent for a moment only loses nothing",
  redis,
  () =>
    onScene({}, async (scene) => {
      const pool = scene.pool({ keepaliveMs: 200, validateTimeoutMs: 150, minIdle: 3 });
      await pool.warm(3);
      await pool.incr("n");
      swallowAll(scene);
      await pause(600);
      await scene.proxy.heal();
      assert.equal(await pool.incr("n"), 2);
      assert.equal(await pool.use((lease) => lease.incr("n")), 3);
    }),
);

test(
  "N05: a peer that accepts and never answers: CONNECT in time, and no caller waits beyond his deadline",
  redis,
  () =>
    onScene({}, async (scene) => {
      scene.proxy.acceptNoReply();
      const pool = scene.pool({ connectTimeoutMs: 300, commandTimeoutMs: 500, acquireTimeoutMs: 500 });
      const settlement = new Settlement();
      const command = errorOf(settlement.follow(pool.incr("n"), 500));
      const lease = errorOf(settlement.follow(pool.acquire(), 500));
      const ready = await errorOf(settlement.follow(pool.ready(), 300));
      assertError(ready, { name: "ConnectError", code: "HANDSHAKE_TIMEOUT", phase: "handshake", sent: false });
      assertError(await command, { code: "COMMAND_TIMEOUT", phase: "queue", sent: false, maybeExecuted: false });
      assertError((await errorOf<Error>(Promise.reject(await command))).cause, { code: "HANDSHAKE_TIMEOUT" });
      assertError(await lease, { code: "POOL_TIMEOUT", sent: false, maybeExecuted: false });
      settlement.assertInTime();
      await scene.proxy.heal();
      await waitUntil(async () => await pool.ping().catch(() => "") === "PONG");
      assert.equal(await scene.ask(["GET", "n"]), null, "a command ran though its error said that it did not");
    }),
);

test("N05: a peer that answers the handshake and nothing else", redis, () =>
  onScene({}, async (scene) => {
    const pool = scene.pool({ commandTimeoutMs: 500, stallTimeoutMs: 150, validateTimeoutMs: 150 });
    await pool.ready();
    scene.proxy.swallow("toClient");
    const settlement = new Settlement();
    const late = [errorOf(settlement.follow(pool.incr("n"), 500)), errorOf(settlement.follow(pool.get("n"), 500))];
    for (const error of late) {
      assertError(await error, { code: "COMMAND_TIMEOUT", sent: true, maybeExecuted: true, phase: "reply" });
    }
    settlement.assertInTime();
    await scene.proxy.heal();
    // The replies are gone for good, so the connection they belonged to has to go before anybody relies on it.
    await waitUntil(() => pool.stats().closes > 0);
    assert.equal(await pool.incr("n"), 2);
    assert.equal(await pool.get("n"), "2");
  }));

test(
  "N03: a black hole in each stage of opening ends by connectTimeoutMs, and says where it was",
  redis,
  () =>
    onScene({ args: ["--requirepass", "secret"] }, async (scene) => {
      const connectTimeoutMs = 250;
      const expected = async (what: string, url: string, options: object, fields: object) => {
        const pool = scene.poolOf(url, { connectTimeoutMs, ...options });
        const settlement = new Settlement();
        const error = await errorOf(settlement.follow(pool.ready(), connectTimeoutMs));
        assertError(error, { name: "ConnectError", sent: false, maybeExecuted: false, ...fields });
        settlement.assertInTime();
        const held = watch(pool.destroy());
        await waitUntil(() => held.isSettled, 1000, () => what);
      };
      scene.proxy.swallow("toClient");
      await expected("AUTH", scene.proxy.url, { password: "secret" }, {
        code: "HANDSHAKE_TIMEOUT",
        phase: "handshake",
      });
      scene.proxy.acceptNoReply();
      await expected("HELLO", scene.proxy.url, {}, { code: "HANDSHAKE_TIMEOUT", phase: "handshake" });
      const secure = scene.proxy.url.replace("redis:", "rediss:");
      await expected("TLS", secure, {}, { code: "CONNECT_TIMEOUT", phase: "tls" });
    }),
);
