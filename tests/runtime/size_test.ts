/** What the package costs a program: bytes, and time to the first reply. Node alone asks. */
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { measureDoors, renderDoors } from "../../bench/size/doors.ts";
import { measureFirstReplies } from "../../bench/size/first_reply.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { note } from "../support/notes.ts";
import { RawClient } from "../support/raw_client.ts";
import { startRedis } from "../support/servers.ts";
import { findDeno, findNode, findTool, skipWithout } from "../support/tools.ts";
import { packed } from "./packed.ts";

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);

/** Bytes that a door may weigh compressed; what makes it lighter lowers the number here. */
const most: Readonly<Record<string, number>> = { "./node": 49_000, "./pool": 13_500, "./resp": 9_000 };

if (isNode) {
  test("no door grows beyond what it may weigh", { skip: skipWithout("deno") }, () => {
    const sizes = measureDoors(findDeno()!, Object.keys(most));
    note(...renderDoors(sizes));
    for (const { door, gzipped } of sizes) assert.ok(gzipped <= most[door]!, `${door} weighs ${gzipped} bytes`);
  });

  const missing = findNode("26") === undefined && "Node 26 was not fetched; the test task does that";
  const skip = missing || skipWithout("deno", "ioredis") || skipWithoutProgram("redis");
  test("a fresh process has its first reply much sooner than with ioredis", { skip }, async () => {
    const server = await startRedis();
    try {
      const client = await RawClient.connect(server.url);
      await client.send(["SET", "k", "v"]);
      client.close();
      const contestants = {
        socket: "",
        respool: (await packed()).door("./node"),
        ioredis: pathToFileURL(path.join(findTool("ioredis")!, "ioredis", "built", "index.js")).href,
      };
      const job = { node: findNode("26")!, contestants, port: server.port, rounds: 7 };
      const { socket, respool, ioredis } = await measureFirstReplies(job);
      const shown = [["a bare socket", socket], ["respool", respool], ["ioredis", ioredis]] as const;
      note(`first reply on Node 26: ${shown.map(([name, ms]) => `${name} ${ms!.toFixed(1)} ms`).join(", ")}`);
      assert.ok(respool! < 0.7 * ioredis!, `${respool} ms against ${ioredis} ms`);
    } finally {
      await server.stop();
    }
  });
}
