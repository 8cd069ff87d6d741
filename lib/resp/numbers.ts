/**
 * The number types of RESP, by their exact grammar. Each function takes the text between the type byte and the line
 * end and returns `undefined` when it is not such a number.
 *
 * @module
 */
import type { Mapping } from "./mapping.ts";

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

/** Whether the text is an optional sign and digits, nothing else. */
export function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

/** An integer of any length that `isInteger` accepted, or `undefined` when it is outside 64 bits. */
export function toInteger(text: string, choice: Mapping["integer"]): number | bigint | string | undefined {
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  if (value > largest || value < smallest) return undefined;
  if (choice === "bigint") return value;
  if (choice === "string") return String(value);
  const number = Number(value);
  return choice === "number" || Number.isSafeInteger(number) ? number : value;
}

/** A double: digits with at most one point and exponent, `inf`, `-inf` or `nan`. */
export function toDouble(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  switch (text.toLowerCase()) {
    case "inf":
    case "+inf":
      return Infinity;
    case "-inf":
      return -Infinity;
    case "nan":
    case "-nan":
      return NaN;
    default:
      return undefined;
  }
}
