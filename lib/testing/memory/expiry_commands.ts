/**
 * The commands that set, show and remove expiries.
 *
 * @module
 */
import { type Args, type Command, command, type Commands } from "./command.ts";
import { CommandError } from "./command_error.ts";
import { type TimeUnit, timeUnits, toInstant } from "./expiry_options.ts";
import type { HasDatabase } from "./keyspace.ts";

/** The commands of expiry, by verb. */
export const expiryCommands: Commands<HasDatabase> = {
  EXPIRE: expireCommand(timeUnits.EX!),
  PEXPIRE: expireCommand(timeUnits.PX!),
  EXPIREAT: expireCommand(timeUnits.EXAT!),
  PEXPIREAT: expireCommand(timeUnits.PXAT!),
  TTL: showCommand((at, now) => Math.floor((at - now + 500) / 1000)),
  PTTL: showCommand((at, now) => at - now),
  EXPIRETIME: showCommand((at) => Math.floor((at + 500) / 1000)),
  PEXPIRETIME: showCommand((at) => at),
  PERSIST: command(2, ([, key], { db }) => {
    const entry = db.find(key);
    if (entry === undefined || entry.expiresAt === Infinity) return 0;
    db.expire(entry, Infinity);
    db.touch(key);
    return 1;
  }),
};

function expireCommand(unit: TimeUnit): Command<HasDatabase> {
  return command(-3, (args, { db }) => {
    const [verb, key, time] = args;
    const mayExpire = condition(args);
    const at = toInstant(time, unit, db.now, verb);
    const entry = db.find(key);
    if (entry === undefined || !mayExpire(entry.expiresAt, at)) return 0;
    if (at <= db.now) db.delete(key);
    else {
      db.expire(entry, at);
      db.touch(key);
    }
    return 1;
  });
}

/** What NX, XX, GT and LT ask of the old and the new expiry. */
function condition(args: Args): (old: number, at: number) => boolean {
  const options = new Set(args.slice(3).map((option) => option.toUpperCase()));
  for (const option of options) {
    if (!["NX", "XX", "GT", "LT"].includes(option)) throw new CommandError(`ERR Unsupported option ${option}`);
  }
  const [nx, xx, gt, lt] = ["NX", "XX", "GT", "LT"].map((option) => options.has(option));
  if (nx && (xx || gt || lt)) {
    throw new CommandError("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (gt && lt) throw new CommandError("ERR GT and LT options at the same time are not compatible");
  return (old, at) =>
    !(nx && old !== Infinity) && !(xx && old === Infinity) && !(gt && at <= old) && !(lt && at >= old);
}

function showCommand(show: (at: number, now: number) => number): Command<HasDatabase> {
  return command(2, ([, key], { db }) => {
    const entry = db.find(key);
    if (entry === undefined) return -2;
    return entry.expiresAt === Infinity ? -1 : show(entry.expiresAt, db.now);
  });
}
