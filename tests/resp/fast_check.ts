/**
 * fast-check, fetched into `.cache/` the first time it is asked for, as the runtimes of the tests are. Nothing in the
 * repository depends on it.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { installed } from "../support/runtimes.ts";

/** Something that makes random values and knows how to make them smaller. */
export interface Arbitrary<T> {
  map<U>(change: (value: T) => U): Arbitrary<U>;
  filter(keep: (value: T) => boolean): Arbitrary<T>;
}

/** A property that is tried out over several turns. */
export interface AsyncProperty {
  isAsync(): true;
}

/** What the tests use of fast-check. */
export interface FastCheck {
  assert(property: AsyncProperty, options?: { numRuns?: number; seed?: number }): Promise<void>;
  assert(property: unknown, options?: { numRuns?: number; seed?: number }): void;
  asyncProperty<T extends unknown[]>(
    ...args: [...{ [K in keyof T]: Arbitrary<T[K]> }, (...values: T) => Promise<void>]
  ): AsyncProperty;
  record<T extends object>(fields: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T>;
  property<T extends unknown[]>(...args: [...{ [K in keyof T]: Arbitrary<T[K]> }, (...values: T) => void]): unknown;
  constant<T>(value: T): Arbitrary<T>;
  boolean(): Arbitrary<boolean>;
  integer(options?: { min?: number; max?: number }): Arbitrary<number>;
  maxSafeInteger(): Arbitrary<number>;
  bigInt(options?: { min: bigint; max: bigint }): Arbitrary<bigint>;
  double(options?: { noNaN?: boolean; noDefaultInfinity?: boolean }): Arbitrary<number>;
  string(options?: { unit?: "grapheme" | "binary" | "binary-ascii"; maxLength?: number }): Arbitrary<string>;
  uint8Array(options?: { minLength?: number; maxLength?: number }): Arbitrary<Uint8Array>;
  array<T>(item: Arbitrary<T>, options?: { minLength?: number; maxLength?: number; size?: "max" }): Arbitrary<T[]>;
  tuple<T extends unknown[]>(...items: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T>;
  oneof<T extends unknown[]>(...choices: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T[number]>;
  constantFrom<T>(...values: T[]): Arbitrary<T>;
  letrec<T>(build: (tie: (name: string) => Arbitrary<T>) => Record<string, Arbitrary<T>>): Record<string, Arbitrary<T>>;
}

function load(): FastCheck | undefined {
  try {
    const modules = installed("fast-check@4.3.0");
    return createRequire(join(modules, "..", "index.js"))("fast-check") as FastCheck;
  } catch {
    return undefined;
  }
}

/** fast-check, or `undefined` when it cannot be had. */
export const fastCheck: FastCheck | undefined = load();

/** The reason to skip a property, if there is one. */
export const skip: string | false = fastCheck === undefined && "fast-check is not installed and npm cannot fetch it";
