// A worker of the benches that behaves as its argument says.
import process from "node:process";
import { createInterface } from "node:readline";

const manner = process.argv[2];
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\n");
let orders = 0;

if (manner === "absent") say({ kind: "absent" });
else if (manner === "refusing") say({ kind: "failed", reason: "not installed" });
else if (manner !== "silent") say({ kind: "ready", version: "1.0.0" });

for await (const _ of createInterface({ input: process.stdin })) {
  if (manner === "dying") throw new Error("as I was told");
  if (manner === "counting") say({ kind: "done", result: ++orders });
}
