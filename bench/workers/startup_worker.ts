/**
 * A fresh process that loads a client, connects, asks once and says how long that took.
 *
 * @module
 */
import process from "node:process";
import { data, valueOf } from "../workloads/data.ts";
import { type OneShot, oneShots } from "../workloads/one_shot.ts";
import type { Startup } from "../workloads/startup.ts";

const { client, ...shot } = JSON.parse(process.argv[2]!) as OneShot & {
  client: string;
};
const { bytes } = data["9 B"];

// What the runtime and this program needed before is the same for all clients.
const startedAt = performance.now();
const reply = await oneShots[client]!(shot);
const firstReplyMs = performance.now() - startedAt;
if (reply !== valueOf(bytes)) {
  throw new Error(`a reply that nobody stored: ${reply}`);
}
const startup: Startup = { firstReplyMs, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(JSON.stringify(startup) + "\n", () => process.exit(0));
