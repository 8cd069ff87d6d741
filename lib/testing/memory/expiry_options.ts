/**
 * The times in arguments: EX, PX, EXAT and PXAT, seconds or milliseconds, from now or from 1970.
 *
 * @module
 */
import { CommandError } from "./command_error.ts";
import { type Integer, toInteger } from "./numbers.ts";

/** How an expiry is given. */
export interface TimeUnit {
  /** Milliseconds per unit. */
  readonly factor: bigint;
  /** Whether it counts from 1970 and not from now. */
  readonly isAbsolute: boolean;
}

/** The units by the names they have as options of SET and GETEX. */
export const timeUnits: Readonly<Record<string, TimeUnit>> = {
  EX: { factor: 1000n, isAbsolute: false },
  PX: { factor: 1n, isAbsolute: false },
  EXAT: { factor: 1000n, isAbsolute: true },
  PXAT: { factor: 1n, isAbsolute: true },
};

const largest = 2n ** 63n - 1n;

/**
 * The instant in Unix milliseconds that the argument means; it may have passed. Throws when 64 bits do not hold it.
 *
 * @param verb Named by the error.
 */
export function toInstant(text: string, unit: TimeUnit, now: number, verb: string): number {
  const instant = BigInt(toInteger(text)) * unit.factor + (unit.isAbsolute ? 0n : BigInt(now));
  if (instant > largest || instant < -largest) throw invalidExpiry(verb);
  return Number(instant);
}

/** The same for commands that refuse zero and negative times. */
export function toFutureInstant(text: string, unit: TimeUnit, now: number, verb: string): number {
  const given: Integer = toInteger(text);
  if (given <= 0) throw invalidExpiry(verb);
  return toInstant(text, unit, now, verb);
}

function invalidExpiry(verb: string): CommandError {
  return new CommandError(`ERR invalid expire time in '${verb.toLowerCase()}' command`);
}
