/** Clients in great number. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { lasting } from "./lasting.ts";
import { peakShare, simulateStorm } from "./storm.ts";

test("the peak is the fullest tenth of a second", () => {
  assert.equal(peakShare([0, 50, 99, 100, 1000, 1001, 1098, 1099, 1100, 2000]), 0.4);
  assert.equal(peakShare([5]), 1);
});

test("N13: clients that lose their server all at once dial seldom meanwhile, and come back soon but not in step", async () => {
  for (const outageMs of [1000, 5000, 30_000]) {
    const { connections, ...storm } = await simulateStorm(lasting(200, 1000), 10, outageMs);
    assert.equal(connections, lasting(200, 1000) * 10);
    const text = JSON.stringify({ outageMs, ...storm });
    assert.ok(storm.peakShare <= 0.25, text);
    assert.ok(storm.backMs <= 3000, text);
    assert.ok(storm.dialsPerSecond <= (outageMs > 1000 ? 2.5 : 8), text);
  }
});
