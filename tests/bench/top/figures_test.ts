import assert from "node:assert/strict";
import { test } from "node:test";
import { parseExposition } from "../../../bench/top/exposition.ts";
import { figuresOf } from "../../../bench/top/figures.ts";
import { prometheusText } from "../../../lib/entry/prometheus.ts";
import type { RedisPoolStats } from "../../../lib/observability/stats.ts";
import { durations, numbers } from "../../observability/pool_numbers.ts";

const commands = { ok: 0, error: 0, timeout: 0, aborted: 0, lost: 0, refused: 0, invalid: 0 };

function page(at: number, pools: Record<string, Partial<RedisPoolStats>>) {
  const measured = Object.entries(pools).map(([name, changed]) => ({ name, stats: () => numbers(changed) }));
  return { at, samples: parseExposition(prometheusText(...measured)) };
}

test("counts are those of the later page, rates and times those in between", () => {
  const before = page(1000, {
    a: { commands: { ...commands, ok: 100, error: 5 }, wait: durations(900, 900), timedOut: 1 },
  });
  const after = page(3000, {
    a: {
      ...{ maxSize: 8, idle: 1, leased: 3, shared: 1, waiting: 2, queuedCommands: 9, inFlight: 7, timedOut: 3 },
      ...{ circuit: "open", circuitForMs: 4000, connectFailuresByCode: { CONNECT_REFUSED: 8 } },
      commands: { ...commands, ok: 500, error: 7, timeout: 2 },
      wait: durations(900, 900, 3),
    },
  });
  const [figures, ...others] = figuresOf(before, after);
  assert.deepEqual(others, []);
  const { waitP50, waitP99, commandP50, commandP99, ...counts } = figures!;
  assert.deepEqual(counts, {
    pool: "a",
    ...{ used: 4, idle: 1, max: 8, waiting: 2, inFlight: 7, queued: 2 },
    ...{ perSecond: 202, failuresPerSecond: 2, connectFailuresPerSecond: 4, timeoutsPerSecond: 1 },
    ...{ circuit: "open", circuitSeconds: 4 },
  });
  assert.ok(waitP50 > 0.0025 && waitP99 <= 0.005, "the waits of earlier are not among them");
  assert.ok(Number.isNaN(commandP50) && Number.isNaN(commandP99));
});

test("a pool that was not there before counts from nothing; one that began anew has no negative rate", () => {
  const before = page(0, { a: { commands: { ...commands, ok: 100 } } });
  const after = page(1000, { a: { commands: { ...commands, ok: 7 } }, b: { commands: { ...commands, ok: 50 } } });
  assert.deepEqual(figuresOf(before, after).map(({ pool, perSecond }) => [pool, perSecond]), [["a", 0], ["b", 50]]);
});

test("a page without pools has no figures", () => {
  const empty = { at: 0, samples: parseExposition("up 1\n") };
  assert.deepEqual(figuresOf(empty, empty), []);
});
