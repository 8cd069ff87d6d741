/**
 * Checks options once, where they are given: known names, right types, values in range.
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";

/** Smallest and largest value that is accepted, both included. */
export interface Range {
  /** Default 0. */
  min?: number;
  /** Default: no bound. */
  max?: number;
}

type Bounds = Required<Range>;
type Fits = (value: unknown) => boolean;

/** The longest time a timer of any runtime can wait, almost 25 days. */
const longestMs = 2 ** 31 - 1;

/**
 * Reads one object of options. Only the object's own properties count, so that nothing put on `Object.prototype` can
 * become an option; a property that is `undefined` counts as left out. Errors name the option and what it accepts, and
 * show a value only when it is a number or a boolean: anything else may be a secret.
 *
 * @example
 * ```ts
 * import { OptionReader } from "./option_checks.ts";
 *
 * const read = new OptionReader({ maxSize: 5 }, ["maxSize", "backoff"]);
 * const maxSize = read.int("maxSize", 10, { min: 1 }); // 5
 * const backoff = read.nested("backoff", ["baseMs"]);
 * const baseMs = backoff.ms("baseMs", 20); // 20
 * ```
 */
export class OptionReader {
  readonly #options: Record<string, unknown>;
  readonly #path: string;

  /**
   * Checks that `options` is an object that holds only the names accepted.
   *
   * @param options What the caller gave; `undefined` is an empty object.
   * @param accepted Every name there is.
   * @param path Name of the option that `options` is the value of; empty for the outermost.
   * @throws {ArgumentError} INVALID_OPTION when it is no object or has another name.
   */
  constructor(options: unknown, accepted: readonly string[], path = "") {
    if (options === undefined) options = {};
    if (typeof options !== "object" || options === null || Array.isArray(options)) {
      throw refusal(path === "" ? "options" : path, "an object", options);
    }
    this.#options = options as Record<string, unknown>;
    this.#path = path === "" ? "" : `${path}.`;
    for (const name of Object.keys(options)) {
      if (!accepted.includes(name)) throw unknownOption(this.#path, name, accepted);
    }
  }

  /** The value as it was given, unchecked. */
  value(name: string): unknown {
    return Object.hasOwn(this.#options, name) ? this.#options[name] : undefined;
  }

  /**
   * The error to throw when a value has the right type but cannot be accepted.
   *
   * @param name The option.
   * @param accepts What it accepts, such as `"a path without zero bytes"`.
   */
  refusal(name: string, accepts: string): ArgumentError {
    return refusal(this.#path + name, accepts, this.value(name));
  }

  /**
   * A finite number.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  number(name: string, fallback: number, range?: Range): number {
    return this.#inRange(name, fallback, bounds(range), "a number", Number.isFinite);
  }

  /**
   * A whole number.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  int(name: string, fallback: number, range?: Range): number {
    return this.#inRange(name, fallback, bounds(range), "a whole number", Number.isSafeInteger);
  }

  /**
   * Milliseconds, as long as a timer can wait; 0 is off.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  ms(name: string, fallback: number, range?: Range): number {
    return this.#inRange(name, fallback, bounds(range, longestMs), "milliseconds", Number.isFinite);
  }

  #inRange(name: string, fallback: number, { min, max }: Bounds, what: string, fits: Fits): number {
    const accepts = `${what} from ${min}` + (max === Infinity ? "" : ` to ${max}`);
    return this.#checked(
      name,
      fallback,
      accepts,
      (value) => fits(value) && (value as number) >= min && (value as number) <= max,
    );
  }

  /**
   * A boolean.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  bool(name: string, fallback: boolean): boolean {
    return this.#checked(name, fallback, "true or false", (value) => typeof value === "boolean");
  }

  /**
   * A string that is not empty.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  text(name: string): string | undefined {
    return this.#checked<string | undefined>(
      name,
      undefined,
      "a string",
      (value) => typeof value === "string" && value !== "",
    );
  }

  /**
   * One of a few values.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  oneOf<const T extends string | number | boolean>(name: string, fallback: NoInfer<T>, choices: readonly T[]): T {
    const accepts = choices.map((choice) => JSON.stringify(choice)).join(" or ");
    return this.#checked(name, fallback, accepts, (value) => choices.includes(value as T));
  }

  /**
   * A function, or an object whose use is the caller's own business.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is anything else.
   */
  fn<T>(name: string): T | undefined {
    return this.#checked<T | undefined>(name, undefined, "a function", (value) => typeof value === "function");
  }

  /**
   * A reader for an option that is itself an object of options.
   *
   * @throws {ArgumentError} INVALID_OPTION when it is no object or has a name that is not accepted.
   */
  nested(name: string, accepted: readonly string[]): OptionReader {
    return new OptionReader(this.value(name), accepted, this.#path + name);
  }

  #checked<T>(name: string, fallback: T, accepts: string, fits: Fits): T {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (!fits(value)) throw this.refusal(name, accepts);
    return value as T;
  }
}

/** A range with its defaults, blind to what is on `Object.prototype`. */
function bounds(range: Range = {}, longest = Infinity): Bounds {
  const { min = 0, max = longest } = Object.assign(Object.create(null) as Range, range);
  return { min, max };
}

function refusal(option: string, accepts: string, value: unknown): ArgumentError {
  return new ArgumentError("INVALID_OPTION", `option ${option} accepts ${accepts}, not ${shown(value)}`, option);
}

function unknownOption(path: string, name: string, accepted: readonly string[]): ArgumentError {
  const near = accepted.find((other) => other.toLowerCase() === name.toLowerCase());
  const hint = near === undefined ? `accepted are ${accepted.join(", ")}` : `did you mean ${near}?`;
  // Whoever spreads a URL into options has its characters as values, but a secret as a name is possible: only words.
  const option = path + (/^\w{1,40}$/.test(name) ? name : "(not a word)");
  return new ArgumentError("INVALID_OPTION", `unknown option ${option}: ${hint}`, option);
}

/** The value itself when it cannot be a secret, else its type. */
function shown(value: unknown): string {
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}
