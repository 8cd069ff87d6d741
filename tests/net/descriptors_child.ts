/** Opens sockets to the port given until one fails, and prints how: the process has few file descriptors. */
import process from "node:process";
import { RedisError } from "../../lib/errors.ts";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";
import type { Socket } from "../../lib/net/socket.ts";

const connector = runtimeConnector();
const handler = { data: () => true, drain() {}, close() {} };
const target = { host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true, keepAliveMs: 0 };
const sockets: Socket[] = [];
let outcome = "never failed";
for (let count = 0; count < 2_000 && outcome === "never failed"; count++) {
  try {
    sockets.push(await connector(target, handler, new AbortController().signal));
  } catch (error) {
    outcome = error instanceof RedisError ? `${error.name} ${error.code} ${error.phase}` : String(error);
  }
}
for (const socket of sockets) socket.destroy();
process.stdout.write(outcome);
