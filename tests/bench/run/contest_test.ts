import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Contestant } from "../../../bench/run/contestant.ts";
import { contest } from "../../../bench/run/contest.ts";
import { reasonOf } from "../../../bench/run/reason.ts";
import { WorkerProcess } from "../../../bench/run/worker_process.ts";
import { root } from "../../support/runtimes.ts";

const child = fileURLToPath(new URL("contest_child.js", import.meta.url));
const run = "Deno" in globalThis ? [process.execPath, "run", "-A", "--no-check"] : [process.execPath];

/** A worker that behaves as it is told to. */
function worker(manner: string): string[] {
  return [...run, child, manner];
}

test("clients are measured by turns, and one that fails keeps nobody else from it", async () => {
  const turns: string[] = [];
  const manners = ["counting", "dying", "absent", "refusing"];
  const outcomes = await contest(new Map(manners.map((manner) => [manner, worker(manner)])), {
    ...{ rounds: 2, seconds: 0.05 },
    onRound: (client) => turns.push(client),
  });
  assert.deepEqual(turns, [...manners, ...manners, ...manners]);
  const [counting, dying, ...others] = outcomes;
  // The first of its orders was to warm up.
  assert.deepEqual(counting, { client: "counting", version: "1.0.0", results: [2, 3] });
  assert.match(dying && "notRun" in dying ? dying.notRun : "", /^it ended: .*as I was told$/);
  assert.deepEqual(others, [{ client: "absent", notApplicable: true }, {
    client: "refusing",
    notRun: "not installed",
  }]);
});

test("a client that hangs is given up after its time, and said to have timed out", async () => {
  const one = new Contestant<number>("hanging", worker("hanging"), { start: 20_000, order: 200 });
  await one.start();
  await one.run({ seconds: 0.05 });
  await one.run({ seconds: 600 });
  assert.deepEqual(one.outcome(), { client: "hanging", notRun: "timed out after 0.3 s" });
});

test("a client that never gets ready is given up, too", async () => {
  await assert.rejects(
    WorkerProcess.start(worker("silent"), { start: 300, order: 1 }),
    /^Error: timed out after 0\.3 s$/,
  );
});

test("a program that is not there is a reason, not a crash", async () => {
  await assert.rejects(WorkerProcess.start(["no-such-program-anywhere"]), /^Error: it ended: /);
});

test("a reason is one line without the folder this lies in", () => {
  assert.equal(reasonOf(new Error(`Command failed: ${root}bench/x.ts\nat line 1`)), "Command failed: bench/x.ts");
  assert.equal(reasonOf("just so"), "just so");
});
