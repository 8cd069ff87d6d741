/**
 * One client that is watched while its server goes away.
 *
 * @module
 */
import process from "node:process";
import { clientNamed, connect } from "../clients/catalogue.ts";
import { type FaultRound, watch } from "../workloads/fault.ts";
import { serve } from "./serve.ts";

// A client that lets errors escape is to be seen failing, not to take its watcher along.
process.on("uncaughtException", () => {});
process.on("unhandledRejection", () => {});

await serve<FaultRound>(async ({ client: name, host, port, tuned }) => {
  const { client, version } = await connect(clientNamed(name), {
    host,
    port,
    connections: 10,
    tuned,
    unbounded: false,
  });
  if (client.get === undefined) return undefined;
  return { version, run: ({ seconds }) => watch(client, seconds) };
});
