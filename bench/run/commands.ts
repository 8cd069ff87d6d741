/**
 * The command that starts a client's worker.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { commandFor, type RuntimeProgram } from "./programs.ts";
import type { Task } from "./protocol.ts";

/** Workers that any client of JavaScript can live in. */
export type WorkerKind = "load" | "startup" | "fault" | "memory";

function file(name: string): string {
  return fileURLToPath(new URL(`../workers/${name}`, import.meta.url));
}

/** The command for a task. */
export function workerCommand(runtime: RuntimeProgram, kind: WorkerKind, task: Task): readonly string[] {
  const args = [JSON.stringify(task)];
  if (task.client === "redis-py") {
    return ["python3", file("redis_py_worker.py"), ...args];
  }
  const name = task.client === "redis-benchmark" ? "redis_benchmark" : kind;
  return commandFor(runtime, file(`${name}_worker.ts`), args, kind === "memory");
}
