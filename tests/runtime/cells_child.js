/**
 * Tries every kind of connection to every server and says what became of it, a line each. Run by `runtime_cells.ts` on
 * the runtime in question:
 *
 * ```sh
 * node cells_child.js file:///…/node.js '{"transports":["TCP"],"servers":[…]}'
 * ```
 *
 * @module
 */
import process from "node:process";
import { tryPool } from "./cells.js";

const [door, job] = process.argv.slice(2);
const { createPool } = await import(door);
const { transports, servers } = JSON.parse(job);
for (const server of servers) {
  for (const transport of transports) {
    const error = await tryPool(createPool, transport, server, `cell:${transport}`).then(() => undefined, String);
    console.log(JSON.stringify({ server: server.title, transport, error }));
  }
}
