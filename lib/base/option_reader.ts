/**
 * Options are read once, at construction: own properties only, each checked, unknown ones refused.
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";

/** The smallest and largest value of a number. */
export interface Bounds {
  /** Default 0. */
  min?: number;
  /** Default: none. */
  max?: number;
}

/**
 * Reads an options object. A name that was never asked for is unknown; `end` refuses it.
 *
 * Messages name the option and what it accepts, never the value: it may be a secret.
 */
export class OptionReader {
  readonly #options: Record<string, unknown>;
  readonly #prefix: string;
  readonly #known = new Set<string>();

  /**
   * Reads `options`, whose names are shown behind `prefix`.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is no plain object.
   */
  constructor(options: unknown, prefix = "") {
    if (typeof options !== "object" || options === null || Array.isArray(options)) {
      throw invalid(prefix.replace(/\.$/, "") || "options", "must be an object");
    }
    this.#options = options as Record<string, unknown>;
    this.#prefix = prefix;
  }

  /** The value as it was given; `undefined` when it was not. */
  value(name: string): unknown {
    this.#known.add(name);
    return Object.hasOwn(this.#options, name) ? this.#options[name] : undefined;
  }

  /** Refuses an option with words of one's own. */
  refuse(name: string, accepts: string): never {
    throw invalid(this.#prefix + name, accepts);
  }

  /** A whole number. */
  integer(name: string, fallback: number, { min = 0, max = Number.MAX_SAFE_INTEGER }: Bounds = {}): number {
    const value = this.value(name) ?? fallback;
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    return this.refuse(name, `must be a whole number ${range(min, max)}`);
  }

  /** A number, whole or not. */
  number(name: string, fallback: number, { min = 0, max = Infinity }: Bounds = {}): number {
    const value = this.value(name) ?? fallback;
    if (typeof value === "number" && value >= min && value <= max) return value;
    return this.refuse(name, `must be a number ${range(min, max)}`);
  }

  /** A duration in milliseconds; timers cannot wait longer than 2^31 - 1. */
  ms(name: string, fallback: number, { min = 0, max = 2 ** 31 - 1 }: Bounds = {}): number {
    return this.number(name, fallback, { min, max });
  }

  /** `true` or `false`. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.value(name) ?? fallback;
    return typeof value === "boolean" ? value : this.refuse(name, "must be true or false");
  }

  /** Text; empty only when `canBeEmpty`. */
  text(name: string, canBeEmpty = false): string | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === "string" && (canBeEmpty || value !== ""))) return value as string;
    return this.refuse(name, canBeEmpty ? "must be a string" : "must be a string that is not empty");
  }

  /** One of a few values. */
  choice<T extends string | number | boolean>(name: string, fallback: T, choices: readonly T[]): T {
    const value = (this.value(name) ?? fallback) as T;
    if (choices.includes(value)) return value;
    return this.refuse(name, `must be one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}`);
  }

  /** A function. */
  callable<T>(name: string): T | undefined {
    const value = this.value(name);
    return value === undefined || typeof value === "function" ? value as T : this.refuse(name, "must be a function");
  }

  /** The options within an option; empty when it was not given. */
  group(name: string): OptionReader {
    return new OptionReader(this.value(name) ?? {}, `${this.#prefix}${name}.`);
  }

  /**
   * Ends the reading.
   *
   * @throws {ArgumentError} INVALID_OPTION when there is an option nobody asked for.
   */
  end(): void {
    for (const name of Object.keys(this.#options)) {
      if (!this.#known.has(name)) this.refuse(name, `is unknown; known are ${[...this.#known].sort().join(", ")}`);
    }
  }
}

function range(min: number, max: number): string {
  return max < Number.MAX_SAFE_INTEGER ? `from ${min} to ${max}` : `of at least ${min}`;
}

function invalid(name: string, accepts: string): ArgumentError {
  return new ArgumentError("INVALID_OPTION", `option ${name} ${accepts}`, name);
}
