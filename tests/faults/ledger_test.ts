/** The ledger, a little of it. The task `faults --ledger` writes a million entries. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { skipWithoutProgram } from "../support/matrix.ts";
import { durable } from "./disorder.ts";
import { onScene, withTemporaryFolder } from "./scene.ts";
import { holdTrial } from "./trial.ts";

const redis = { skip: skipWithoutProgram("redis") };

for (const seed of [1, 2]) {
  test(
    `Q15: whatever fails, no write runs twice and every caller is told the truth, seed ${seed}`,
    redis,
    () =>
      withTemporaryFolder((folder) =>
        onScene(durable(folder), async (scene) => {
          const end = performance.now() + 4000;
          const isOver = () => performance.now() > end;
          const trial = { writers: 30, readers: 10, pauseMs: 40, restMs: 0, seed, isOver };
          const { acknowledged, ambiguous, reads, faults } = await holdTrial(scene, scene.pool(), trial);
          assert.ok(
            acknowledged > 500 && reads > 100 && ambiguous > 10,
            JSON.stringify({ acknowledged, ambiguous, reads }),
          );
          assert.ok(Object.keys(faults).length >= 5, JSON.stringify(faults));
        })
      ),
  );
}
