/**
 * The worker's side of the protocol.
 *
 * @module
 */
import process from "node:process";
import { createInterface } from "node:readline";
import type { Answer, Order, Task } from "../run/protocol.ts";

/** What a worker can do, once it is ready. */
export interface Job<T> {
  /** The version of the client. */
  readonly version: string;
  /** Carries out an order. */
  run(order: Order): Promise<T>;
}

/** Reads the task, prepares the job, then carries out orders until the main process ends or kills this one. */
export async function serve<T>(prepare: (task: Task) => Promise<Job<T> | undefined>): Promise<void> {
  const say = (answer: Answer<T>) => process.stdout.write(JSON.stringify(answer) + "\n");
  try {
    const job = await prepare(JSON.parse(process.argv[2]!) as Task);
    say(job === undefined ? { kind: "absent" } : { kind: "ready", version: job.version });
    for await (const line of createInterface({ input: process.stdin })) {
      say({ kind: "done", result: await job!.run(JSON.parse(line) as Order) });
    }
    process.exit(0);
  } catch (error) {
    say({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
}
