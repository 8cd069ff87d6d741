import assert from "node:assert/strict";
import { test } from "node:test";
import { type FaultRound, judge, watch } from "../../../bench/workloads/fault.ts";

const round: FaultRound = {
  ...{ failures: [1500, 2100, 2600], successes: [900, 1000, 3070, 3100], longestMs: 1900, unsettled: 1, error: "LOST" },
};

test("times of a fault begin where the server was lost and where it came back", () => {
  const { calls, failed, firstErrorMs, recoveryMs } = judge(round, 2000, 3000);
  assert.deepEqual({ calls, failed, firstErrorMs, recoveryMs }, {
    calls: 8,
    failed: 3,
    firstErrorMs: 100,
    recoveryMs: 70,
  });
});

test("who neither failed nor recovered has no time for it", () => {
  const { firstErrorMs, recoveryMs } = judge({ ...round, failures: [], successes: [10] }, 2000, 3000);
  assert.deepEqual([firstErrorMs, recoveryMs], [null, null]);
});

test("a watch counts what succeeded, what failed and what never ended", async () => {
  let calls = 0;
  const get = () => {
    calls++;
    if (calls === 1) return Promise.reject(Object.assign(new Error("x"), { code: "LOST" }));
    return calls === 2 ? new Promise<never>(() => {}) : Promise.resolve("value");
  };
  const seen = await watch({ get, close: () => {} }, 0.2);
  assert.equal(seen.failures.length, 1);
  assert.equal(seen.error, "LOST");
  assert.equal(seen.unsettled, 1);
  assert.ok(seen.successes.length >= 8);
});
