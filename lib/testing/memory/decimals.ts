/**
 * Sums of decimal numbers without the errors of binary ones: 0.1 + 0.2 is 0.3, as with the server's long doubles.
 *
 * @module
 */
import { CommandError, notFloat } from "./command_error.ts";
import { parseDouble } from "./numbers.ts";

/** `digits` divided by 10 to the `scale`. */
interface Decimal {
  digits: bigint;
  scale: number;
}

/** The places behind the point that the server keeps. */
const mostPlaces = 17;

/** The sum of two numbers as text, without trailing zeros. Throws when one of them is no number or the sum is not finite. */
export function addDecimals(a: string, b: string): string {
  const [x, y] = [parseDouble(a), parseDouble(b)];
  if (x === undefined || y === undefined) throw notFloat();
  if (!Number.isFinite(x + y)) throw new CommandError("ERR increment would produce NaN or Infinity");
  const [left, right] = [parse(a), parse(b)];
  const scale = Math.max(left.scale, right.scale);
  return format({ digits: scaled(left, scale) + scaled(right, scale), scale });
}

function parse(text: string): Decimal {
  const [, sign, whole = "", part = "", exponent = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text)!;
  const digits = BigInt(`${whole}${part}` || "0") * (sign === "-" ? -1n : 1n);
  const scale = part.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

function scaled(value: Decimal, scale: number): bigint {
  return value.digits * 10n ** BigInt(scale - value.scale);
}

function format(value: Decimal): string {
  const { digits, scale } = rounded(value);
  const magnitude = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  const whole = magnitude.slice(0, magnitude.length - scale);
  const part = magnitude.slice(magnitude.length - scale).replace(/0+$/, "");
  return `${digits < 0n ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`;
}

function rounded(value: Decimal): Decimal {
  if (value.scale <= mostPlaces) return value;
  const divisor = 10n ** BigInt(value.scale - mostPlaces);
  const half = value.digits < 0n ? -divisor / 2n : divisor / 2n;
  return { digits: (value.digits + half) / divisor, scale: mostPlaces };
}
