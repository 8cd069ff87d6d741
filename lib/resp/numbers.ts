/**
 * The number types of RESP, by their exact grammar. Lines are given as bytes from `from` up to `to`, where their
 * CR is; what is between is untrusted.
 *
 * @module
 */
import type { Mapping } from "./mapping.ts";
import { decodeText } from "./text.ts";

const plus = 43;
const minus = 45;
const point = 46;
const zero = 48;

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

/** Powers of ten that a double holds exactly, so that dividing by one rounds once. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Where the digits that begin at `from` end. The byte at the end of the line stops it. */
function skipDigits(bytes: Uint8Array, from: number): number {
  let i = from;
  while ((bytes[i]! ^ zero) <= 9) i++;
  return i;
}

function skipSign(bytes: Uint8Array, from: number): number {
  return bytes[from] === plus || bytes[from] === minus ? from + 1 : from;
}

/** Position of the first byte that does not belong in an integer, or -1. */
export function findBadInteger(bytes: Uint8Array, from: number, to: number): number {
  const first = skipSign(bytes, from);
  const end = skipDigits(bytes, first);
  return end === to && end > first ? -1 : end;
}

/** Position of the first byte that does not belong in a double, or -1. */
export function findBadDouble(bytes: Uint8Array, from: number, to: number): number {
  let i = skipSign(bytes, from);
  const letter = bytes[i]! | 32;
  if (letter === 105 || letter === 110) {
    return findBadWord(bytes, i, to, letter === 105 ? "inf" : "nan");
  }
  const whole = skipDigits(bytes, i);
  let digits = whole - i;
  i = whole;
  if (bytes[i] === point) {
    i = skipDigits(bytes, i + 1);
    digits += i - whole - 1;
  }
  if (digits === 0) return i;
  if ((bytes[i]! | 32) === 101) {
    const first = skipSign(bytes, i + 1);
    i = skipDigits(bytes, first);
    if (i === first) return i;
  }
  return i === to ? -1 : i;
}

/** Infinity and not-a-number, in any case: servers print what their C library does. */
function findBadWord(bytes: Uint8Array, from: number, to: number, word: string): number {
  for (let i = 0; i < word.length; i++) {
    if ((bytes[from + i]! | 32) !== word.charCodeAt(i)) return from + i;
  }
  return from + word.length === to ? -1 : from + word.length;
}

/** The double in a line in which `findBadDouble` found nothing. */
export function toDouble(bytes: Uint8Array, from: number, to: number): number {
  const isNegative = bytes[from] === minus;
  let digits = 0;
  let decimals = -1;
  for (let i = skipSign(bytes, from); i < to; i++) {
    const digit = bytes[i]! ^ zero;
    if (digit <= 9) {
      digits = digits * 10 + digit;
      if (decimals >= 0) decimals++;
    } else if (bytes[i] === point) decimals = 0;
    else return parseDouble(decodeText(bytes, from, to));
  }
  if (digits > Number.MAX_SAFE_INTEGER || decimals >= powersOfTen.length) {
    return parseDouble(decodeText(bytes, from, to));
  }
  const value = decimals > 0 ? digits / powersOfTen[decimals]! : digits;
  return isNegative ? -value : value;
}

function parseDouble(text: string): number {
  const last = text.charCodeAt(text.length - 1) | 32;
  if (last === 102) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text);
}

/** An integer of any length, or `undefined` when it is outside 64 bits. */
export function toInteger(text: string, choice: Mapping["integer"]): number | bigint | string | undefined {
  const value = toBigInt(text);
  if (value > largest || value < smallest) return undefined;
  if (choice === "bigint") return value;
  if (choice === "string") return String(value);
  const number = Number(value);
  return choice === "number" || Number.isSafeInteger(number) ? number : value;
}

/** An integer with any sign as a bigint. */
export function toBigInt(text: string): bigint {
  return BigInt(text.startsWith("+") ? text.slice(1) : text);
}
