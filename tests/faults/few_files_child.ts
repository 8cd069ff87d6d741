/** Uses up its file descriptors by sockets to the port given, then prints how a command on a pool ended, and whether one is served once some are free. */
import process from "node:process";
import type { Socket } from "../../lib/net/socket.ts";
import { createPool, type RedisError } from "../../mod.ts";
import { CountingConnector } from "../support/oracles_leak.ts";

const connector = new CountingConnector();
const settings = { connector: connector.connect, commandTimeoutMs: 1000 };

const sockets: Socket[] = [];
const target = { host: "127.0.0.1", port: Number(process.argv[2]), noDelay: true, keepAliveMs: 0 };
const handler = { data: () => true, drain() {}, close() {} };
try {
  for (;;) sockets.push(await connector.connect(target, handler, new AbortController().signal));
} catch { /* all of them are taken */ }

const before = connector.dials.length;
const pool = createPool(`redis://127.0.0.1:${process.argv[2]}`, settings);
const error = await pool.ping().then(() => new Error("it was served"), (error) => error);
for (const socket of sockets) socket.destroy();
const dials = connector.dials.length - before;
const served = await pool.ping().catch(String);
const { code, cause } = error as RedisError;
process.stdout.write(JSON.stringify({ code, cause: (cause as RedisError)?.code, dials, served }));
await pool.close();
