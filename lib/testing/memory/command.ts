/**
 * What a command of the in-memory server is, and how it is found.
 *
 * @module
 */
import { CommandError, wrongArity } from "./command_error.ts";
import type { Reply } from "./reply.ts";

/**
 * The verb and its arguments, latin1. The arity was checked before a handler sees them, so it may name the ones that
 * its arity promises; whatever is optional it finds by `length`.
 */
export type Args = readonly [string, string, string, string, ...string[]];

/** Runs a command. `undefined` means that the reply will come later, or never. */
export type Handler<Context> = (args: Args, context: Context) => Reply | undefined;

/** A command, and how many arguments it takes. */
export interface Command<Context> {
  /** The number of arguments with the verb: exactly, or at least when negative. */
  readonly arity: number;
  /** Runs it. */
  readonly run: Handler<Context>;
  /** The commands that its first argument, where there is one, chooses from. */
  readonly subcommands?: Commands<Context>;
}

/** Commands by their verb in upper case. */
export type Commands<Context> = Readonly<Record<string, Command<Context>>>;

/** Commands by their verb in upper case, for looking up whatever a client sends. */
export type CommandTable<Context> = ReadonlyMap<string, Command<Context>>;

/** Puts a command together. */
export function command<Context>(arity: number, run: Handler<Context>): Command<Context> {
  return { arity, run };
}

/** Puts a command together that is only a family name. The arity of its subcommands counts the family name too. */
export function container<Context>(subcommands: Commands<Context>): Command<Context> {
  return { arity: -2, run: () => undefined, subcommands };
}

/** Finds the command that the arguments are for, by its verb in upper case. Throws what Redis answers when there is none. */
export function findCommand<Context>(
  table: CommandTable<Context>,
  verb: string,
  args: readonly string[],
): Command<Context> {
  const found = table.get(verb);
  if (found === undefined) throw unknownCommand(args);
  if (!fits(found.arity, args.length)) throw wrongArity(verb.toLowerCase());
  if (found.subcommands === undefined || args.length === 1) return found;
  const name = args[1]!.toUpperCase();
  if (!Object.hasOwn(found.subcommands, name)) {
    throw new CommandError(`ERR unknown subcommand '${args[1]!.slice(0, 128)}'. Try ${verb} HELP.`);
  }
  const subcommand = found.subcommands[name]!;
  if (!fits(subcommand.arity, args.length)) throw wrongArity(`${verb}|${name}`.toLowerCase());
  return subcommand;
}

function fits(arity: number, count: number): boolean {
  return arity < 0 ? count >= -arity : count === arity;
}

function unknownCommand([verb = "", ...args]: readonly string[]): CommandError {
  let list = "";
  for (const arg of args) {
    if (list.length >= 128) break;
    list += `'${arg.slice(0, 128 - list.length)}' `;
  }
  return new CommandError(`ERR unknown command '${verb.slice(0, 128)}', with args beginning with: ${list}`);
}
