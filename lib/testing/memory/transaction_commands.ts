/**
 * MULTI, EXEC, DISCARD, WATCH and UNWATCH.
 *
 * @module
 */
import { command, type Commands } from "./command.ts";
import { CommandError } from "./command_error.ts";
import { nullArray, ok, type Reply } from "./reply.ts";
import type { Session } from "./session.ts";
import { Transaction } from "./transaction.ts";

/** The commands of transactions, by verb. */
export const transactionCommands: Commands<Session> = {
  MULTI: command(1, (_, session) => {
    if (session.transaction !== undefined) throw new CommandError("ERR MULTI calls can not be nested");
    session.transaction = new Transaction();
    return ok;
  }),
  EXEC: command(1, (_, session) => execute(session)),
  DISCARD: command(1, (_, session) => {
    if (session.transaction === undefined) throw new CommandError("ERR DISCARD without MULTI");
    session.transaction = undefined;
    session.watches.clear();
    return ok;
  }),
  WATCH: command(-2, ([, ...keys], session) => {
    if (session.transaction !== undefined) throw new CommandError("ERR WATCH inside MULTI is not allowed");
    for (const key of keys) session.watches.add(session.db, key);
    return ok;
  }),
  UNWATCH: command(1, (_, session) => {
    session.watches.clear();
    return ok;
  }),
};

function execute(session: Session): Reply {
  const { transaction, watches } = session;
  if (transaction === undefined) throw new CommandError("ERR EXEC without MULTI");
  session.transaction = undefined;
  const isDirty = watches.check();
  watches.clear();
  if (transaction.hasFailed) throw new CommandError("EXECABORT Transaction discarded because of previous errors.");
  if (isDirty) return nullArray;
  session.isExecuting = true;
  try {
    return transaction.commands.map(({ command, args }) => session.runQueued(command, args));
  } finally {
    session.isExecuting = false;
  }
}
