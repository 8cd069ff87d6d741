/**
 * What a command without options allocates, by the function that does: its promise with resolvers, its argument array,
 * its reply. Sampled by V8's allocation profiler over GETs of many callers, so it runs on Node only:
 *
 *   node bench/allocation.ts [url]
 *
 * @module
 */
import { Session } from "node:inspector/promises";
import process from "node:process";
import { createPool } from "../mod.ts";

const callers = 500;
const commands = 400_000;

interface ProfileNode {
  selfSize: number;
  callFrame: { functionName: string; url: string };
  children: ProfileNode[];
}

/** Adds up the sampled bytes by function. */
function addUp(
  node: ProfileNode,
  sums: Map<string, number>,
): Map<string, number> {
  const { functionName, url } = node.callFrame;
  const place = `${functionName || "(anonymous)"} ${url.split("/").pop()}`;
  if (node.selfSize > 0) {
    sums.set(place, (sums.get(place) ?? 0) + node.selfSize);
  }
  for (const child of node.children) addUp(child, sums);
  return sums;
}

const pool = createPool(process.argv[2] ?? "redis://127.0.0.1:6379");
await pool.set("respool:allocation", "123456789");

async function load(count: number): Promise<void> {
  let begun = 0;
  const caller = async () => {
    while (begun++ < count) await pool.get("respool:allocation");
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

await load(commands);
const session = new Session();
session.connect();
await session.post("HeapProfiler.enable");
await session.post("HeapProfiler.startSampling", {
  samplingInterval: 4096,
  includeObjectsCollectedByMajorGC: true,
  includeObjectsCollectedByMinorGC: true,
});
await load(commands);
const { profile } = await session.post("HeapProfiler.stopSampling");
const sums = [...addUp(profile.head as ProfileNode, new Map())].sort((a, b) => b[1] - a[1]);
const total = sums.reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(
  `Node ${process.versions.node}, ${callers} callers, GET of 9 bytes: bytes allocated per command`,
);
for (
  const [place, bytes] of sums.filter(([, bytes]) => bytes / commands >= 1)
) {
  console.log(`${(bytes / commands).toFixed(1).padStart(8)}  ${place}`);
}
console.log(
  `${(total / commands).toFixed(1).padStart(8)}  in all, the caller's own frame included`,
);
await pool.send(["DEL", "respool:allocation"]);
await pool.close();
