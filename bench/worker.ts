/**
 * One client at one workload, in a process of its own. Connects, then runs a round whenever the main process says so,
 * and is idle in between.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import { clients } from "./clients/catalogue.ts";
import type { Answer, Order, Task } from "./run/protocol.ts";
import { measure } from "./workloads/load.ts";
import { prepare } from "./workloads/prepare.ts";
import { workloads } from "./workloads/workload.ts";

function say(answer: Answer): void {
  process.stdout.write(JSON.stringify(answer) + "\n");
}

async function main(task: Task): Promise<void> {
  const entry = clients.find(({ name }) => name === task.client);
  const workload = workloads.find(({ name }) => name === task.workload);
  if (entry === undefined || workload === undefined) {
    throw new Error(`no ${task.client} at ${task.workload}`);
  }
  const { host, port } = task;
  const client = await entry.connect({ host, port, connections: 50 });
  const work = await prepare(client, workload);
  say({ kind: "ready" });
  for await (const line of createInterface({ input: process.stdin })) {
    const { seconds } = JSON.parse(line) as Order;
    say({ kind: "round", round: await measure(seconds, workload.batch, work) });
  }
  await client.close();
}

try {
  await main(JSON.parse(process.argv[2]!) as Task);
  process.exit(0);
} catch (error) {
  say({
    kind: "failed",
    reason: error instanceof Error ? error.message : String(error),
  });
  process.exit(1);
}
