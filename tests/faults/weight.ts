/** What a process holds, without what a collector has not collected or not given back yet. */
import process from "node:process";
import { collect } from "../resp/memory.ts";

/**
 * Bytes in use. V8 keeps pages for later, so that its own count says more than the system's; Bun's clients may hold
 * memory that no JavaScript knows of, so there it is the system's.
 */
export function weigh(): number {
  collect();
  if ("Bun" in globalThis) return process.memoryUsage.rss();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
