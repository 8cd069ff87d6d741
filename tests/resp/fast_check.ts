/**
 * fast-check, where it is there. It serves development only, so nothing in the repository depends on it: Deno fetches
 * it when it is asked for, Bun and Node find it in `node_modules` once Deno or `npm install fast-check` put it there.
 *
 * @module
 */

/** Something that makes random values and knows how to make them smaller. */
export interface Arbitrary<T> {
  map<U>(change: (value: T) => U): Arbitrary<U>;
  filter(keep: (value: T) => boolean): Arbitrary<T>;
}

/** What the tests use of fast-check. */
export interface FastCheck {
  assert(property: unknown, options?: { numRuns?: number; seed?: number }): void;
  property<T extends unknown[]>(...args: [...{ [K in keyof T]: Arbitrary<T[K]> }, (...values: T) => void]): unknown;
  constant<T>(value: T): Arbitrary<T>;
  boolean(): Arbitrary<boolean>;
  integer(options?: { min?: number; max?: number }): Arbitrary<number>;
  maxSafeInteger(): Arbitrary<number>;
  bigInt(options?: { min: bigint; max: bigint }): Arbitrary<bigint>;
  double(options?: { noNaN?: boolean; noDefaultInfinity?: boolean }): Arbitrary<number>;
  string(options?: { unit?: "grapheme" | "binary" | "binary-ascii"; maxLength?: number }): Arbitrary<string>;
  uint8Array(options?: { minLength?: number; maxLength?: number }): Arbitrary<Uint8Array>;
  array<T>(item: Arbitrary<T>, options?: { minLength?: number; maxLength?: number }): Arbitrary<T[]>;
  tuple<T extends unknown[]>(...items: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T>;
  oneof<T extends unknown[]>(...choices: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<T[number]>;
  constantFrom<T>(...values: T[]): Arbitrary<T>;
  letrec<T>(build: (tie: (name: string) => Arbitrary<T>) => Record<string, Arbitrary<T>>): Record<string, Arbitrary<T>>;
}

// Kept from the type checker and the bundler, which would demand it of everybody.
const name = "Deno" in globalThis ? "npm:fast-check@4.3.0" : "fast-check";

/** fast-check, or `undefined` when it is not installed. */
export const fastCheck: FastCheck | undefined = await import(name).then(
  (module) => module.default,
  () => undefined,
);

/** The reason to skip a property, if there is one. */
export const skip: string | false = fastCheck === undefined && "fast-check is not installed: npm install fast-check";
