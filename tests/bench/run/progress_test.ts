import assert from "node:assert/strict";
import { test } from "node:test";
import { bar, Progress, timeLeft } from "../../../bench/run/progress.ts";

test("a bar fills with the share and never beyond its width", () => {
  const filled = (share: number) => bar(share).split("█").length - 1;
  assert.deepEqual([-1, 0, 0.5, 1, 1.3].map(filled), [0, 0, 12, 24, 24]);
});

test("time left is minutes and seconds", () => {
  assert.deepEqual([0, 5, 65, 3600, -3].map(timeLeft), ["0:00", "0:05", "1:05", "60:00", "0:00"]);
});

test("the state tells the share of the plan that is over", () => {
  const progress = new Progress();
  progress.plan(100);
  for (let i = 0; i < 4; i++) progress.step("work", 10);
  assert.match(progress.state, /^30 %, \d+:\d\d left$/);
});

test("what is skipped is no part of the plan any more", () => {
  const progress = new Progress();
  progress.plan(100);
  progress.plan(-60);
  progress.step("work", 20);
  progress.step("work", 20);
  assert.match(progress.state, /^50 %/);
});
