import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceFor, readOptions } from "../../../bench/run/options.ts";
import { planSteps } from "../../../bench/run/plan.ts";
import { kindOf } from "../../../bench/run/programs.ts";

test("without options everything runs on this runtime with redis", () => {
  const options = readOptions([], "bun")!;
  assert.deepEqual([options.runtimes, options.servers], [["bun"], ["redis"]]);
  assert.ok(options.workloads.includes("frozen-server") && options.workloads.includes("idle-1000"));
  assert.ok(options.clients.includes("redis-py"));
});

test("what is chosen is measured, in the suite's own order", () => {
  const args = ["--workloads", "pipeline-50,sequential", "--clients", "raw,respool", "--runtimes", "node26,/opt/bun"];
  const options = readOptions([...args, "--servers", "valkey-9", "--rounds", "2", "--seconds", "0.1"], "deno")!;
  assert.deepEqual(options.workloads, ["sequential", "pipeline-50"]);
  assert.deepEqual(options.clients, ["respool", "raw"]);
  assert.deepEqual(options.runtimes, ["node26", "/opt/bun"]);
  assert.deepEqual([options.servers, options.rounds, options.seconds], [["valkey-9"], 2, 0.1]);
});

for (
  const [option, value] of [
    ["--workloads", "sleeping"],
    ["--clients", "respool,nobody"],
    ["--servers", "redis-99"],
    ["--runtimes", "ruby"],
    ["--rounds", "0"],
    ["--minutes", "never"],
    ["--seconds", "soon"],
  ] as const
) {
  test(`${option} ${value} is refused`, () => {
    assert.throws(() => readOptions([option, value], "deno"), new RegExp(`^Error: ${option} `));
  });
}

test("the published run takes all runtimes and servers, and less on all servers but the first", () => {
  const options = readOptions(["--full"], "deno")!;
  assert.deepEqual(options.runtimes, ["node26", "bun", "deno"]);
  assert.deepEqual(options.servers, ["redis", "redis-8", "valkey-9", "dragonfly"]);
  assert.ok(options.rounds >= 5);
  assert.equal(choiceFor(options, 0).workloads, options.workloads);
  assert.ok(choiceFor(options, 1).workloads.length < options.workloads.length);
});

test("what is left out of a published run is left out on every server", () => {
  const options = readOptions(["--full", "--workloads", "sequential,get-1mb"], "deno")!;
  assert.deepEqual(choiceFor(options, 1).workloads, ["sequential"]);
});

test("a runtime is known by its name, with or without version and folder", () => {
  assert.deepEqual(["deno", "bun", "node26", "/opt/node-24/bin/node", "python3"].map(kindOf), [
    ...["deno", "bun", "node", "node", undefined],
  ]);
});

function clientsAt(workload: string, kind: "deno" | "bun" | "node"): readonly string[] {
  const options = readOptions(["--workloads", workload], kind)!;
  return planSteps(options, options, kind).flatMap(({ clients }) => clients);
}

test("each workload gets the clients that it is meant for", () => {
  assert.deepEqual(clientsAt("lease-50", "node"), ["respool", "redis-pool", "generic-pool"]);
  assert.deepEqual(clientsAt("idle-100", "deno"), ["respool", "redis-pool", "generic-pool"]);
  assert.ok(clientsAt("sequential", "bun").includes("bun-redis"));
  assert.ok(!clientsAt("sequential", "node").includes("bun-redis"));
  assert.ok(clientsAt("concurrent-50", "node").includes("iovalkey-auto"));
  assert.ok(!clientsAt("get-1mb", "node").includes("iovalkey-auto"));
  assert.ok(!clientsAt("restart", "node").includes("raw"));
});

test("a step that is left without clients is not planned", () => {
  const options = readOptions(["--workloads", "lease-50,sequential", "--clients", "raw"], "node")!;
  assert.deepEqual(planSteps(options, options, "node").map(({ workload }) => workload), ["sequential"]);
});
