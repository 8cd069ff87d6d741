/**
 * Numbers as Redis reads and writes them: 64-bit integers and doubles.
 *
 * @module
 */
import { CommandError, notFloat, notInteger, notPositive } from "./command_error.ts";

/** A 64-bit integer: a `number` as long as that is exact. */
export type Integer = number | bigint;

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

/** The integer that the text is, or `undefined`: no sign but a minus, no leading zero, no space, 64 bits. */
export function parseInteger(text: string): Integer | undefined {
  if (text.length > 20 || !/^(?:0|-?[1-9]\d*)$/.test(text)) return undefined;
  if (text.length < 16) return Number(text);
  const value = BigInt(text);
  return value > largest || value < smallest ? undefined : narrow(value);
}

/** The integer that the text is. */
export function toInteger(text: string): Integer {
  const value = parseInteger(text);
  if (value === undefined) throw notInteger();
  return value;
}

/** The integer as a `number`, which is exact enough for positions and counts. */
export function toCount(text: string): number {
  return Number(toInteger(text));
}

/** The same for counts that must not be negative. */
export function toSize(text: string): number {
  const value = parseInteger(text);
  if (value === undefined || value < 0) throw notPositive();
  return Number(value);
}

/** The sum, when it has 64 bits. */
export function addIntegers(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number" && Number.isSafeInteger(a + b)) return a + b;
  const sum = BigInt(a) + BigInt(b);
  if (sum > largest || sum < smallest) throw new CommandError("ERR increment or decrement would overflow");
  return narrow(sum);
}

function narrow(value: bigint): Integer {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The double that the text is, or `undefined`; infinities have names, and there is no NaN. */
export function parseDouble(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  const named = /^([+-]?)inf(?:inity)?$/i.exec(text);
  return named === null ? undefined : named[1] === "-" ? -Infinity : Infinity;
}

/** The double that the text is. */
export function toDouble(text: string): number {
  const value = parseDouble(text);
  if (value === undefined) throw notFloat();
  return value;
}

/** The shortest text of a double. */
export function formatDouble(value: number): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}
