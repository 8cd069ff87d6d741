/**
 * What can be told of a command from its arguments alone, without ever failing on bad ones.
 *
 * @module
 */
import { hasSubcommands } from "../commands/lookup.ts";
import type { RedisError } from "../errors.ts";
import type { Argument } from "../resp/encoder.ts";

/** Commands whose error text may repeat what they were given. */
const secretive = new Set(["AUTH", "HELLO", "ACL SETUSER", "CONFIG SET", "MIGRATE", "CLIENT SETINFO"]);

/** Texts of the server that repeat at most the verb. */
const harmless = /^ERR (?:unknown (?:sub)?command|max number of clients reached)/;

/** A script may have written before it failed. */
const scripts = /^(?:EVAL|EVALSHA|FCALL)$/;
/** The errors that a script gets before it has begun. */
const beforeScripts = new Set(["NOSCRIPT", "LOADING", "BUSY", "NOAUTH", "NOPERM"]);

/** The verb in upper case, with the subcommand of a container; never an argument. */
export function verbOf(args: readonly Argument[]): string {
  const verb = word(args[0]);
  if (!hasSubcommands(verb)) return verb;
  const subcommand = word(args[1]);
  return subcommand === "?" ? verb : `${verb} ${subcommand}`;
}

/** A word of a command as it may be shown: letters, digits and a few marks, not too long. */
function word(arg: unknown): string {
  return typeof arg === "string" && /^[\w.|-]{1,32}$/.test(arg) ? arg.toUpperCase() : "?";
}

/** The length of a command's arguments, in characters and bytes; wrong ones weigh nothing and are refused later. */
export function weigh(args: readonly Argument[]): number {
  let weight = 0;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (typeof arg === "string") weight += arg.length;
    else if (arg instanceof Uint8Array) weight += arg.length;
    else weight += 8;
  }
  return weight;
}

/** Tells an error reply which command it answers, and takes its text away when that may hold a secret. */
export function describe(error: RedisError, args: readonly Argument[], endpoint: string): void {
  error.command = verbOf(args);
  error.endpoint = endpoint;
  error.sent = true;
  if (scripts.test(error.command) && !beforeScripts.has(error.code)) error.maybeExecuted = true;
  if (secretive.has(error.command) && !harmless.test(error.message)) {
    error.message = `${error.code} (the server's text may repeat a secret)`;
  }
}
