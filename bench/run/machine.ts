/**
 * The machine that this runs on.
 *
 * @module
 */
import { cpus, loadavg, release, totalmem, type } from "node:os";
import type { Machine } from "../report/report.ts";
import { canPin } from "./pinning.ts";

/** What a reader has to know of it. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release().split("-")[0]}`,
    isPinned: canPin,
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
}
