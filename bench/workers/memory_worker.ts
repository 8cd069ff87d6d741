/**
 * One client whose connections or commands are weighed.
 *
 * @module
 */
import { connect as connectSocket, type Socket } from "node:net";
import { createPool } from "../../mod.ts";
import { clientNamed, connect } from "../clients/catalogue.ts";
import type { Client } from "../clients/client.ts";
import { wrapRespool } from "../clients/respool.ts";
import type { Task } from "../run/protocol.ts";
import {
  countAllocation,
  type MemoryResult,
  memoryWorkloadNamed,
  weighMade,
  weighWaiting,
} from "../workloads/memory.ts";
import { type Job, serve } from "./serve.ts";

/** Long enough to weigh all that waits. */
const pauseMs = 5000;

/** Has the server leave all commands alone for a while. */
function pauseServer({ host, port }: Task): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port });
    socket.on("connect", () => socket.write(`CLIENT PAUSE ${pauseMs} ALL\r\n`));
    socket.on("data", () => resolve(socket));
    socket.on("error", reject);
  });
}

/** A pool of so many idle connections. */
async function idlePool({ client: name, host, port }: Task, connections: number): Promise<Client> {
  if (name === "respool") {
    const pool = createPool(`redis://${host}:${port}`, { maxSize: connections, minIdle: connections });
    await pool.warm(connections);
    return wrapRespool(pool);
  }
  return (await connect(clientNamed(name), { host, port, connections, tuned: false, unbounded: false })).client;
}

await serve<MemoryResult>(async (task): Promise<Job<MemoryResult> | undefined> => {
  const { client: name, workload, host, port } = task;
  const { of, count } = memoryWorkloadNamed(workload);
  const settings = { host, port, connections: 1, tuned: false, unbounded: true };
  const { client, version } = await connect(clientNamed(name), settings);
  if (of === "idle connection") {
    await client.close();
    // What the client needs besides its connections is there by now.
    await idlePool(task, 1);
    return { version, run: () => weighMade(count, () => idlePool(task, count)) };
  }
  const { get } = client;
  if (get === undefined || client.isPool) return undefined;
  if (of === "command") {
    return { version, run: () => countAllocation(get, count) };
  }
  const run = async () => {
    const pause = await pauseServer(task);
    try {
      return await weighWaiting(get, count);
    } finally {
      pause.destroy();
    }
  };
  return { version, run };
});
