/** The numbers that the library promises, with its defaults. */
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { createPool } from "../../mod.ts";
import { startFaultProxy } from "../../lib/testing/fault_proxy.ts";
import { startScriptedServer } from "../../lib/testing/scripted_server.ts";
import { startChild } from "../../tests/faults/child.ts";
import { durable } from "../../tests/faults/disorder.ts";
import { ClosedLoops, keys, setEchoValues } from "../../tests/faults/load.ts";
import { onScene, type Scene, withTemporaryFolder } from "../../tests/faults/scene.ts";
import { simulateStorm } from "../../tests/faults/storm.ts";
import { collect } from "../../tests/resp/memory.ts";
import { errorOf, valueOf } from "../../tests/support/oracles.ts";
import { Ledger } from "../../tests/support/oracles_ledger.ts";
import { Settlement } from "../../tests/support/oracles_settle.ts";
import { Random } from "../../tests/support/random.ts";
import { pause, waitUntil } from "../../tests/support/wait_until.ts";
import { atMostMs, type Measured, quantile, type Quantity } from "./quantity.ts";
import { realStorm } from "./real_storm.ts";

/** Plays on a scene of its own and returns what came out. */
async function onOwnScene<T>(
  play: (scene: Scene) => Promise<T>,
  args: readonly string[] = [],
): Promise<T> {
  let result: T;
  await onScene({ args }, async (scene) => {
    await setEchoValues(scene.ask);
    result = await play(scene);
  });
  return result!;
}

function swallowAll({ proxy }: Scene): void {
  proxy.swallow("toServer");
  proxy.swallow("toClient");
}

/** New dials find the server; what is open is in a black hole. */
async function withOthersWell<T>(
  scene: Scene,
  play: () => Promise<T>,
): Promise<T> {
  const detour = await startFaultProxy({ targetPort: scene.server.port });
  scene.connector.redirect = (target) => ({ ...target, port: detour.port });
  swallowAll(scene);
  try {
    return await play();
  } finally {
    await detour.close();
  }
}

function callerFreed(): Promise<Measured> {
  return onOwnScene(async (scene) => {
    const pool = scene.directPool();
    await pool.ready();
    const settlement = new Settlement();
    scene.server.kill("SIGSTOP");
    const calls: Promise<unknown>[] = [];
    for (let n = 0; n < 2000; n++) {
      const call: Promise<unknown> = n % 2 === 0 ? pool.get("echo:1") : pool.incr("n");
      calls.push(errorOf(settlement.follow(call, 5000)));
      if (n % 10 === 0) await pause(1);
    }
    await Promise.all(calls);
    scene.server.kill("SIGCONT");
    const latenessMs = quantile(settlement.lateness, 0.999);
    return {
      value: `deadline + ${Math.round(latenessMs)} ms`,
      isMet: latenessMs <= 50,
    };
  });
}

function deadReplaced(): Promise<Measured> {
  return onOwnScene(async (scene) => {
    const pool = scene.pool();
    await pool.get("echo:1");
    return await withOthersWell(scene, async () => {
      const start = performance.now();
      await pool.get("echo:1");
      const elapsedMs = performance.now() - start;
      await pool.destroy();
      return atMostMs(elapsedMs, 2000);
    });
  });
}

function idleNoticed(): Promise<Measured> {
  return onOwnScene(async (scene) => {
    const pool = scene.pool({ minIdle: 2 });
    await pool.ready();
    await pool.ping();
    await waitUntil(() => pool.stats().idle >= 2 && pool.stats().connecting === 0);
    const { closes, total } = pool.stats();
    return await withOthersWell(scene, async () => {
      const start = performance.now();
      await waitUntil(() => pool.stats().closes - closes >= total, 15_000);
      const noticedMs = performance.now() - start;
      await pool.get("echo:1");
      await pool.destroy();
      return atMostMs(noticedMs, 6000);
    });
  });
}

/** The first success after outages; callers wait all the time. */
async function firstSuccess(
  outageMs: number,
  rounds: number,
): Promise<number[]> {
  return await onOwnScene(async (scene) => {
    const pool = scene.pool();
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await pool.get("echo:1");
      scene.proxy.refuse();
      scene.proxy.reset();
      const waiting = pool.with({ timeoutMs: 0 }).get("echo:1");
      await pause(outageMs);
      const restoredAt = performance.now();
      await scene.proxy.heal();
      await waiting;
      times.push(performance.now() - restoredAt);
    }
    return times;
  });
}

function firstSuccessWithin(
  outageMs: number,
  rounds: number,
  mostMs: number,
): () => Promise<Measured> {
  return async () => {
    const times = await firstSuccess(outageMs, rounds);
    const [least, middle, most] = [0, 0.5, 1].map((share) => Math.round(quantile(times, share)));
    return {
      value: `${least} / ${middle} / ${most} ms (least, median, most of ${rounds})`,
      isMet: most! <= mostMs,
    };
  };
}

function failuresAtRestart(): Promise<Measured> {
  let measured: Measured;
  return withTemporaryFolder((folder) =>
    onScene(durable(folder), async (scene) => {
      await setEchoValues(scene.ask);
      const [pool, ledger] = [scene.pool(), new Ledger()];
      const loops = new ClosedLoops(pool, ledger, new Settlement(), 5000);
      loops.addWriters(50);
      loops.addReaders(50);
      await waitUntil(() => ledger.acknowledged > 1000);
      await scene.server.stop();
      await pause(1000);
      await scene.server.restart();
      const { acknowledged } = ledger;
      await waitUntil(() => ledger.acknowledged > acknowledged + 1000);
      await loops.stop();
      const { ambiguous, refused } = await ledger.verify(scene.ask);
      const reads = loops.count.readErrors.length;
      const value = `${reads} reads, ${ambiguous + refused} writes; 0 duplicates, maybeExecuted exact`;
      measured = {
        value,
        isMet: reads === 0 && ambiguous <= 50 && refused === 0,
      };
    })
  ).then(() => measured);
}

function acquireUnderDeadServer(): Promise<Measured> {
  return onOwnScene(async (scene) => {
    const pool = scene.pool({ acquireTimeoutMs: 1000 });
    await pool.ready();
    scene.proxy.refuse();
    scene.proxy.reset();
    await waitUntil(() => pool.stats().idle === 0);
    const settlement = new Settlement();
    const late: Promise<{ cause?: unknown }>[] = [];
    for (let n = 0; n < 200; n++) {
      late.push(errorOf(settlement.follow(pool.acquire(), 1000)));
      await pause(2);
    }
    const errors = await Promise.all(late);
    const hasCause = errors.every(({ cause }) => cause !== undefined);
    const latenessMs = Math.round(settlement.latest);
    return {
      value: `acquireTimeoutMs + ${latenessMs} ms, ${hasCause ? "with" : "without"} cause`,
      isMet: latenessMs <= 20 && hasCause,
    };
  });
}

function stalledMemory(): Promise<Measured> {
  return onOwnScene(async (scene) => {
    const child = startChild(
      "stalled_child.ts",
      String(scene.server.port),
      "1000000",
      String(64 * 1024 * 1024),
    );
    const lines = createInterface({ input: child.stdout })
      [Symbol.asyncIterator]();
    const next = async () => JSON.parse((await lines.next()).value ?? "{}") as Record<string, number>;
    await lines.next();
    scene.server.kill("SIGSTOP");
    const { growthMb = Infinity, accepted } = await next();
    scene.server.kill("SIGCONT");
    const { succeeded } = await next();
    await once(child, "close");
    const isServed = succeeded === accepted;
    const value = `+${Math.round(growthMb)} MiB; ${accepted} accepted, all served afterwards: ${isServed}`;
    return { value, isMet: growthMb <= 64 * 1.5 + 20 && isServed };
  });
}

async function amplification(): Promise<Measured> {
  const server = await startScriptedServer(async (peer) => {
    await peer.handshake();
    await peer.expect("GET");
    peer.send("*33554431\r\n");
  });
  const pool = createPool(server.url, { commandTimeoutMs: 400 });
  await pool.ready();
  collect();
  const before = process.memoryUsage.rss();
  const failed = errorOf(pool.get("k"));
  await pause(200);
  const growth = (process.memoryUsage.rss() - before) / 1024 / 1024;
  await failed;
  await pool.destroy();
  await server.close().catch(() => {});
  return {
    value: `+${Math.max(0, growth).toFixed(1)} MiB for 12 bytes`,
    isMet: growth <= 1,
  };
}

function cancellationStorm(): Promise<Measured> {
  return onOwnScene(async (scene) => {
    const pool = scene.pool();
    await pool.ready();
    const dials = scene.connector.dials.length;
    const random = new Random(1);
    let [aborted, wrong, begun] = [0, 0, 0];
    scene.proxy.delay("toClient", 2, 2);
    const caller = async () => {
      while (aborted < 10_000) {
        const key = keys[begun++ % keys.length]!;
        const controller = new AbortController();
        if (random.chance(0.5)) {
          setTimeout(() => controller.abort(), random.int(0, 5));
        }
        const value = await pool.with({ signal: controller.signal }).get(key)
          .catch(() => undefined);
        if (value === undefined) aborted++;
        else if (value !== valueOf(key)) wrong++;
      }
    };
    await Promise.all(Array.from({ length: 300 }, caller));
    const reconnects = scene.connector.dials.length - dials;
    return {
      value: `${reconnects} reconnects, ${wrong} wrong values, ${aborted} aborts`,
      isMet: reconnects <= 1 && wrong === 0,
    };
  });
}

async function simulatedStorm(): Promise<Measured> {
  const { peakShare, backMs, dialsPerSecond } = await simulateStorm(
    10_000,
    10,
    5000,
  );
  return describeStorm(
    peakShare,
    backMs,
    `; ${dialsPerSecond.toFixed(1)} dials per second and client meanwhile`,
  );
}

function describeStorm(
  peakShare: number,
  backMs: number,
  more: string,
): Measured {
  const value = `peak ${Math.round(peakShare * 100)} % in 100 ms, all back after ${Math.round(backMs)} ms${more}`;
  return { value, isMet: peakShare <= 0.25 && backMs <= 3000 };
}

async function trueStorm(): Promise<Measured> {
  const { peakShare, backMs } = await realStorm(4, 50, 10, 3000);
  return describeStorm(peakShare, backMs, "");
}

/** All of them. */
export const quantities: readonly Quantity[] = [
  {
    title: "caller freed, server frozen",
    target: "deadline + 50 ms (p99.9)",
    measure: callerFreed,
  },
  { title: "dead connection replaced", target: "≤ 2 s", measure: deadReplaced },
  {
    title: "idle dead peer noticed",
    target: "≤ 6 s, 0 errors",
    measure: idleNoticed,
  },
  {
    title: "first success after 1 s outage",
    target: "≤ 100 ms",
    measure: firstSuccessWithin(1000, 7, 100),
  },
  {
    title: "first success after 8 s outage",
    target: "≤ 1.0 s",
    measure: firstSuccessWithin(8000, 2, 1000),
  },
  {
    title: "failing at a restart, 50 + 50 in flight",
    target: "reads 0, writes ≤ 50, no duplicate",
    measure: failuresAtRestart,
  },
  {
    title: "acquire under a dead server",
    target: "acquireTimeoutMs + 20 ms, with cause",
    measure: acquireUnderDeadServer,
  },
  {
    title: "memory, stalled server, 10⁶ × 1 KB",
    target: "≤ 1.5 × 64 MiB + 20 MiB",
    measure: stalledMemory,
  },
  {
    title: "memory for an array announced",
    target: "≤ 1 MiB",
    measure: amplification,
  },
  {
    title: "cancellation storm, 10⁴ aborts",
    target: "≤ 1 reconnect, 0 wrong values",
    measure: cancellationStorm,
  },
  {
    title: "10 000 clients lose a server (simulated)",
    target: "peak ≤ 25 %, all back ≤ 3 s",
    measure: simulatedStorm,
  },
  {
    title: "200 clients × 10 lose a server (really)",
    target: "peak ≤ 25 %, all back ≤ 3 s",
    measure: trueStorm,
  },
];
