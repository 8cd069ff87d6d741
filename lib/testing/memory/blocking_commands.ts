/**
 * The commands that wait for a list to hold something.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError } from "./command_error.ts";
import { type End, move, popFrom, toEnd } from "./list_commands.ts";
import { parseDouble } from "./numbers.ts";
import { nullArray, type Reply } from "./reply.ts";
import type { Session } from "./session.ts";

/** The commands that wait, by verb. */
export const blockingCommands: Commands<Session> = {
  BLPOP: popCommand("LEFT"),
  BRPOP: popCommand("RIGHT"),
  BLMOVE: command(6, (args, session) => {
    const [source, target] = [toEnd(args[3]), toEnd(args[4])];
    return moveOrWait(args, session, source, target, args[5]!);
  }),
  BRPOPLPUSH: command(4, (args, session) => moveOrWait(args, session, "RIGHT", "LEFT", args[3])),
};

function popCommand(end: End): Command<Session> {
  return command(-3, (args, session) => {
    const { db } = session;
    const keys = args.slice(1, -1);
    const timeoutMs = toTimeout(args[args.length - 1]!);
    const take = (key: string): Reply => [key, popFrom(db, key, end)!];
    for (const key of keys) if (db.list(key) !== undefined) return take(key);
    if (session.isExecuting) return nullArray;
    session.block(keys, timeoutMs, take);
    return undefined;
  });
}

function moveOrWait(args: Args, session: Session, source: End, target: End, timeout: string): Reply | undefined {
  const [, from, to] = args;
  const { db } = session;
  const timeoutMs = toTimeout(timeout);
  const take = () => move(db, from, to, source, target);
  if (db.list(from) !== undefined || session.isExecuting) return take();
  session.block([from], timeoutMs, take);
  return undefined;
}

function toTimeout(text: string): number {
  const seconds = parseDouble(text);
  if (seconds === undefined) throw new CommandError("ERR timeout is not a float or out of range");
  if (seconds < 0) throw new CommandError("ERR timeout is negative");
  if (seconds > 9e12) throw new CommandError("ERR timeout is out of range");
  return Math.ceil(seconds * 1000);
}
