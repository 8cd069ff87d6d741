/**
 * The commands that count in strings.
 *
 * @module
 */
import { command, type Commands } from "./command.ts";
import { CommandError } from "./command_error.ts";
import { addDecimals } from "./decimals.ts";
import type { HasDatabase, Keyspace } from "./keyspace.ts";
import { addIntegers, type Integer, toDouble, toInteger } from "./numbers.ts";

/** The commands that count in strings, by verb. */
export const counterCommands: Commands<HasDatabase> = {
  INCR: command(2, ([, key], { db }) => add(db, key, 1)),
  DECR: command(2, ([, key], { db }) => add(db, key, -1)),
  INCRBY: command(3, ([, key, by], { db }) => add(db, key, toInteger(by))),
  DECRBY: command(3, ([, key, by], { db }) => add(db, key, negated(toInteger(by)))),
  INCRBYFLOAT: command(3, ([, key, by], { db }) => {
    const old = db.string(key) ?? "0";
    toDouble(old);
    const sum = addDecimals(old, by);
    db.replace(key, sum);
    return sum;
  }),
};

function add(db: Keyspace, key: string, by: Integer): Integer {
  const sum = addIntegers(toInteger(db.string(key) ?? "0"), by);
  db.replace(key, String(sum));
  return sum;
}

function negated(by: Integer): Integer {
  if (by === -(2n ** 63n)) throw new CommandError("ERR decrement would overflow");
  return -by;
}
