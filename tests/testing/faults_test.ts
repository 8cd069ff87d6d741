import { test } from "node:test";
import assert from "node:assert/strict";
import { Faults } from "../../lib/testing/faults.ts";

test("clear leaves nothing of any fault", () => {
  const faults = new Faults();
  faults.toServer.delayMs = 5;
  faults.toServer.jitterMs = 5;
  faults.toClient.isSwallowed = true;
  faults.toClient.cut = { bytes: 1 };
  faults.sliceSize = faults.sliceMs = faults.bandwidth = 1;
  faults.injection = { bytes: new Uint8Array(1), afterReplies: 0 };
  faults.clear();
  assert.deepEqual(faults, new Faults());
});
