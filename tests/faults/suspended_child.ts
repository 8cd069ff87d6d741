/**
 * Calls for so many milliseconds, one command after the other, rests, and calls again: `port ms`. Says when it rests, so
 * that somebody else can stop and continue this process then. Prints what became of the calls.
 */
import process from "node:process";
import { createPool, type RedisError } from "../../mod.ts";

const [port, ms] = process.argv.slice(2).map(Number) as [number, number];
const pool = createPool(`redis://127.0.0.1:${port}`, { minIdle: 2 });
await pool.ready();
await pool.ping();
process.stdout.write("ready\n");

const errors: string[] = [];
let end = performance.now() + ms;
let hasRested = false;
let calls = 0;
while (performance.now() < end || !hasRested) {
  if (performance.now() >= end) {
    process.stdout.write("resting\n");
    await new Promise((resolve) => setTimeout(resolve, 200));
    hasRested = true;
    end = performance.now() + ms;
  }
  try {
    if (await pool.get("k") !== "v" || await pool.use((lease) => lease.get("k")) !== "v") errors.push("a wrong value");
    calls++;
  } catch (error) {
    errors.push((error as RedisError).code);
  }
  await new Promise((resolve) => setTimeout(resolve, 5));
}
process.stdout.write(`${JSON.stringify({ errors, calls })}\n`);
await pool.close();
