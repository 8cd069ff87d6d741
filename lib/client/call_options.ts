/**
 * Checks what a caller asks for a call or a view, once, where it is given.
 *
 * @module
 */
import { OptionReader } from "../base/option_checks.ts";
import type { ArgumentError } from "../errors.ts";
import { type Mapping, toMapping } from "../resp/mapping.ts";

const acquireNames = ["signal", "timeoutMs"];
const callNames = [...acquireNames, "idempotent"];
const viewNames = [...callNames, "replies"];
/** What replies can be returned as, the usual first. */
const replyChoices: { readonly [N in keyof Mapping]: readonly Mapping[N][] } = {
  strings: ["utf8", "bytes"],
  map: ["object", "map", "pairs"],
  set: ["array", "set"],
  integer: ["auto", "number", "bigint", "string"],
  double: ["number", "string"],
  bigNumber: ["bigint", "string"],
  verbatim: ["string", "tagged"],
};

/** What is wrong with the options of one call: INVALID_OPTION with the option's name, or nothing. */
export function callProblem(options: unknown): ArgumentError | undefined {
  return problem(options, callNames);
}

/** What is wrong with the options of an acquire: INVALID_OPTION with the option's name, or nothing. */
export function acquireProblem(options: unknown): ArgumentError | undefined {
  return problem(options, acquireNames);
}

/** What is wrong with the options of a close: INVALID_OPTION with the option's name, or nothing. */
export function closeProblem(options: unknown): ArgumentError | undefined {
  return problem(options, ["timeoutMs"]);
}

function problem(options: unknown, names: readonly string[]): ArgumentError | undefined {
  if (options === undefined) return undefined;
  try {
    check(new OptionReader(options, names));
  } catch (error) {
    return error as ArgumentError;
  }
}

/**
 * Checks the options of a view.
 *
 * @throws {ArgumentError} INVALID_OPTION with the option's name.
 */
export function checkViewOptions(options: unknown): void {
  const read = new OptionReader(options, viewNames);
  check(read);
  if (read.value("replies") !== undefined) readReplies(read);
}

function check(read: OptionReader): void {
  read.ms("timeoutMs", 0);
  read.bool("idempotent", false);
  const signal = read.value("signal") as Partial<AbortSignal> | undefined;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw read.refusal("signal", "an AbortSignal");
  }
}

/**
 * Reads `replies`: how replies are to be returned.
 *
 * @throws {ArgumentError} INVALID_OPTION with the option's name.
 */
export function readReplies(options: OptionReader): Mapping {
  const read = options.nested("replies", Object.keys(replyChoices));
  const replies = Object.entries(replyChoices).map(([name, all]) => [name, read.oneOf<string>(name, all[0]!, all)]);
  return toMapping(Object.fromEntries(replies));
}
