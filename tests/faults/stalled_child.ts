/**
 * Sets distinct keys of 1 KB on a server that works, and again when it is stopped: `port count maxQueuedBytes`. Prints
 * what became of the calls to the stopped server and by how much the process grew because of it, waits for those that
 * were accepted, and prints how many of them succeeded.
 */
import { Buffer } from "node:buffer";
import process from "node:process";
import { createPool, type RedisError } from "../../mod.ts";
import { weigh } from "./weight.ts";

const [port, count, maxQueuedBytes] = process.argv.slice(2).map(Number) as [number, number, number];
const pool = createPool(`redis://127.0.0.1:${port}`, { commandTimeoutMs: 120_000, shared: { maxQueuedBytes } });

const mebibyte = 1024 * 1024;
const perTurn = 1000;
let [succeeded, refused, mostBytes] = [0, 0, 0];
const refusals: Record<string, number> = {};
const refuse = ({ code, sent }: RedisError) => {
  refused++;
  const kind = sent ? `${code}, sent` : code;
  refusals[kind] = (refusals[kind] ?? 0) + 1;
};
const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const report = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

const block = Buffer.alloc(1000, "0");

/** Sets one key to a text of its own in memory, which one that is put together of others is not. */
function set(n: number): Promise<unknown> {
  block.fill("0").write(String(n));
  return pool.set(`key:${n}`, block.toString("latin1")).then(() => succeeded++, refuse);
}

// What the same load takes anyway is no growth. As many calls as fit are accepted, and as many refused as later.
for (let n = 0; n < count; n += perTurn) {
  await Promise.all(Array.from({ length: perTurn }, (_, i) => set(n + i)));
  if (n % (10 * perTurn) === 0) mostBytes = Math.max(mostBytes, weigh());
}
const before = mostBytes;
succeeded = 0;

// The server is stopped when this was read.
process.stdout.write("ready\n");
await turn(500);
for (let n = 0; n < count; n++) {
  set(n);
  if (n % perTurn === 0) await turn();
  if (n % (10 * perTurn) === 0) mostBytes = Math.max(mostBytes, weigh());
}
await turn();
mostBytes = Math.max(mostBytes, weigh());
report({ growthMb: (mostBytes - before) / mebibyte, accepted: count - refused, refusals });

// It is continued when that was read.
while (succeeded + refused < count) await turn(1);
report({ succeeded });
await pool.close();
