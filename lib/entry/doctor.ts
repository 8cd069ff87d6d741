/**
 * Examines a server and recommends the options of a pool: a program, and a function.
 *
 * ```sh
 * deno run -A jsr:@respool/respool/doctor redis://localhost:6379
 * ```
 *
 * @example
 * ```ts
 * import { examine } from "@respool/respool/doctor";
 *
 * const { advice } = await examine("redis://localhost:6379", { loadMs: 100 });
 * for (const { option, value, reason } of advice) console.log(option, value, reason);
 * ```
 *
 * @module
 */
import { createPoolWith } from "../client/create_pool.ts";
import { type Examine, examineWith } from "../doctor/examine.ts";
import { runDoctor } from "../doctor/program.ts";
import { isProgram, nativeText, processTerminal } from "../net/runtime.ts";
import { runtimeConnector } from "../net/runtime_connector.ts";

/**
 * Examines the server that a URL names: asks what it is, measures it, and concludes what to set. Writes nothing to it.
 *
 * @throws {ArgumentError} INVALID_URL, or INVALID_OPTION with the option's name.
 * @throws {RedisError} The server cannot be reached, refuses the session, or fails meanwhile.
 */
export const examine: Examine = examineWith(createPoolWith(runtimeConnector, { decodeText: nativeText() }));

export type { Examine, ExamineOptions } from "../doctor/examine.ts";
export type {
  Advice,
  DoctorReport,
  Finding,
  LoadPoint,
  Measurements,
  ServerFacts,
  SizePoint,
  Times,
} from "../doctor/report.ts";

if (isProgram(import.meta)) void runDoctor(examine, processTerminal());
