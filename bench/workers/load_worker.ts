/**
 * One client at one workload, in a process of its own: it connects, then runs a round whenever it is told to, and is
 * idle in between.
 *
 * @module
 */
import { clientNamed, connect } from "../clients/catalogue.ts";
import { measure } from "../workloads/load.ts";
import { prepare } from "../workloads/prepare.ts";
import { workloadNamed } from "../workloads/workload.ts";
import { serve } from "./serve.ts";

await serve(async ({ client: name, workload: workloadName, host, port, tuned }) => {
  const workload = workloadNamed(workloadName);
  const { connections, batch, group } = workload;
  const { client, version } = await connect(clientNamed(name), {
    host,
    port,
    connections,
    tuned,
    unbounded: group === "callers",
  });
  const work = await prepare(client, workload);
  return work && { version, run: ({ seconds }) => measure(seconds, batch, work) };
});
