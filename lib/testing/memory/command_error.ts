/**
 * The errors that commands answer, in Redis's own words.
 *
 * @module
 */

/** Ends a command; its message is the error reply. */
export class CommandError extends Error {
  /** Makes an error from the whole reply, its code first. */
  constructor(reply: string) {
    super(reply);
    this.name = "CommandError";
  }
}

/** The arguments make no sense in this order. */
export function syntaxError(): CommandError {
  return new CommandError("ERR syntax error");
}

/** The key holds another type than the command is for. */
export function wrongType(): CommandError {
  return new CommandError("WRONGTYPE Operation against a key holding the wrong kind of value");
}

/** An argument or a value is no 64-bit integer. */
export function notInteger(): CommandError {
  return new CommandError("ERR value is not an integer or out of range");
}

/** An argument or a value is no number. */
export function notFloat(): CommandError {
  return new CommandError("ERR value is not a valid float");
}

/** The command has too few or too many arguments; `name` is in lower case, with `|` before a subcommand. */
export function wrongArity(name: string): CommandError {
  return new CommandError(`ERR wrong number of arguments for '${name}' command`);
}

/** A count or position that must not be negative is. */
export function notPositive(): CommandError {
  return new CommandError("ERR value is out of range, must be positive");
}
