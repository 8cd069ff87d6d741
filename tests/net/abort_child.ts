/** Gives up on the port given after a moment; nothing may keep this process afterwards. */
import process from "node:process";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";

const handler = { data: () => true, drain() {}, close() {} };
const target = { host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true, keepAliveMs: 0 };
const abort = new AbortController();
setTimeout(() => abort.abort(new Error("given up")), 50);
const outcome = await runtimeConnector()(target, handler, abort.signal).catch((error: Error) => error.message);
process.exitCode = outcome === "given up" ? 0 : 1;
