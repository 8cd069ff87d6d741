import assert from "node:assert/strict";
import { test } from "node:test";
import { bar } from "../../../bench/demo/progress.ts";

test("a bar fills with the share and never beyond its width", () => {
  const filled = (share: number) => bar("x", share).split("█").length - 1;
  assert.deepEqual([-1, 0, 0.5, 1, 1.3].map(filled), [0, 0, 12, 24, 24]);
  assert.match(bar("sequential", 0.5), /^sequential +█+░+ 50 %$/);
});
