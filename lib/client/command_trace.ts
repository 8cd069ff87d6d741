/**
 * What is told of a command: its words, never what they are about.
 *
 * @module
 */
import { verbOf } from "../connection/command.ts";
import type { CommandTrace, TraceTarget } from "../observability/trace.ts";
import { OpenTrace } from "../observability/tracing.ts";
import type { Argument } from "../resp/encoder.ts";
import type { BatchCommand } from "./batch_call.ts";

/** Commands whose second word names what they run, and how it may look. */
const procedures: Readonly<Record<string, RegExp>> = {
  EVALSHA: /^[0-9a-f]{40}$/i,
  EVALSHA_RO: /^[0-9a-f]{40}$/i,
  FCALL: /^\w{1,64}$/,
  FCALL_RO: /^\w{1,64}$/,
};

/** The trace of one command, or of a batch. */
export class OpenCommandTrace extends OpenTrace implements CommandTrace {
  /** The verb in upper case; of a batch `PIPELINE` or `MULTI`. */
  readonly command: string;
  /** The name as the caller wrote it; of a batch whose commands are all the same `PIPELINE GET`. */
  readonly operation: string;
  /** The words of `operation`, and one `?` for each argument. */
  readonly args: readonly string[];
  /** Which kind of batch it is, if it is one. */
  readonly batchMode: "PIPELINE" | "MULTI" | undefined;
  /** How many commands the batch has. */
  readonly batchSize: number | undefined;
  /** The digest of the script or the name of the function. */
  readonly procedure: string | undefined;
  /** Who carries it. */
  readonly lane: CommandTrace["lane"];

  /** Begins the trace of a command, or of a batch when `batch` is given. */
  constructor(target: TraceTarget, lane: CommandTrace["lane"], args: readonly Argument[], batch?: Batch) {
    super(target);
    this.lane = lane;
    this.batchMode = batch?.mode;
    this.batchSize = batch?.size;
    this.command = batch?.mode ?? verbOf(args);
    this.operation = batch === undefined ? asWritten(args, this.command) : batchName(batch);
    this.args = blotted(this.operation, batch === undefined ? args.length : 0);
    this.procedure = batch === undefined ? procedureOf(this.command, args) : undefined;
  }
}

/** What a batch consists of. */
interface Batch {
  readonly mode: "PIPELINE" | "MULTI";
  readonly size: number;
  readonly commands: readonly BatchCommand[];
}

/** What a batch consists of; MULTI and EXEC do not count. */
export function batchOf(commands: readonly BatchCommand[]): Batch {
  const isTransaction = commands.length >= 2 && verbOf(commands[0]!.args) === "MULTI" &&
    verbOf(commands[commands.length - 1]!.args) === "EXEC";
  return isTransaction
    ? { mode: "MULTI", size: commands.length - 2, commands: commands.slice(1, -1) }
    : { mode: "PIPELINE", size: commands.length, commands };
}

function batchName({ mode, commands }: Batch): string {
  const verb = commands.length === 0 ? "?" : verbOf(commands[0]!.args);
  const isUniform = verb !== "?" && commands.every(({ args }) => verbOf(args) === verb);
  return isUniform ? `${mode} ${verb}` : mode;
}

/** The words of a name, and a mark for everything behind them. */
function blotted(name: string, length: number): string[] {
  const words = name.includes(" ") ? name.split(" ") : [name];
  while (words.length < length) words.push("?");
  return words;
}

/** The words of a command's name in the caller's own letters. */
function asWritten(args: readonly Argument[], verb: string): string {
  if (args[0] === verb) return verb;
  return verb.split(" ").map((word, i) => word === "?" ? word : String(args[i])).join(" ");
}

function procedureOf(verb: string, args: readonly Argument[]): string | undefined {
  const name = args[1];
  const looks = Object.hasOwn(procedures, verb) ? procedures[verb] : undefined;
  return typeof name === "string" && looks?.test(name) ? name : undefined;
}
