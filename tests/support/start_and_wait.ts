/**
 * Starts a server, prints its process id and waits to be killed; run by `servers_test.ts`.
 *
 * @module
 */
import { startRedis } from "./servers.ts";

const server = await startRedis();
console.log(server.pid);
setInterval(() => {}, 60_000);
