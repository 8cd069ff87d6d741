/**
 * Tries kinds of connection to a server and says what became of each, a line each. Run by `matrix_test.ts` on the
 * runtime in question:
 *
 * ```sh
 * node cells_child.js file:///…/node.js '{"transports":["TCP"],"server":{…}}'
 * ```
 *
 * @module
 */
import process from "node:process";
import { tryPool } from "./cells.js";

const [door, job] = process.argv.slice(2);
const { createPool } = await import(door);
const { transports, server } = JSON.parse(job);
for (const transport of transports) {
  const error = await tryPool(createPool, transport, server, `cell:${transport}`).then(() => undefined, String);
  console.log(JSON.stringify({ transport, error }));
}
