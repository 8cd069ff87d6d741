/**
 * Loads a library, connects, asks once and says how many milliseconds that took; run by `first_reply.ts`.
 *
 * @module
 */
import process from "node:process";

const [name, module, port] = process.argv.slice(2);

/** Each asks for the same key. */
const contestants = {
  async socket() {
    const { connect } = await import("node:net");
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n");
    return await new Promise((resolve) => socket.on("data", (chunk) => resolve(String(chunk).split("\r\n")[1])));
  },
  async respool() {
    const { createPool } = await import(module);
    return await createPool({ host: "127.0.0.1", port: Number(port) }).get("k");
  },
  async ioredis() {
    const { Redis } = await import(module);
    return await new Redis(Number(port), "127.0.0.1").get("k");
  },
};

const startedAt = performance.now();
const value = await contestants[name]();
const elapsedMs = performance.now() - startedAt;
if (value !== "v") throw new Error(`${name} got ${value}`);
process.stdout.write(String(elapsedMs), () => process.exit(0));
