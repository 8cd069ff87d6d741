/**
 * Methods from specs: one call of a typed command builds its argument array and runs it, nothing else.
 *
 * @module
 */
import type { Argument } from "../resp/encoder.ts";
import type { CommandSpec } from "./spec.ts";

/** Runs one command of a surface. The array is its own. */
export type Run<T, R> = (this: T, args: Argument[]) => R;

/** A method as JavaScript sees it; its types are in `Commands`. */
type Method<T, R> = (this: T, ...args: Argument[]) => R;

/**
 * Defines one method per spec on a prototype.
 *
 * A missing argument is passed on as `undefined` and so is any value of a wrong type: the encoder refuses them with
 * `INVALID_ARG` and their index.
 *
 * @param prototype What the methods are defined on.
 * @param specs The commands.
 * @param bind Called once per command; returns what runs it.
 */
export function defineCommands<T extends object, R>(
  prototype: T,
  specs: readonly CommandSpec[],
  bind: (spec: CommandSpec) => Run<T, R>,
): void {
  for (const spec of specs) {
    const run = bind(spec);
    const value = spec.repeat < 0 ? plainMethod(spec, run) : repeatedMethod(spec, run);
    Object.defineProperty(prototype, spec.name, { value, writable: true, configurable: true });
  }
}

/**
 * The usual arguments are named, so that the array is written at once; indexing `arguments` allocates nothing, a rest
 * parameter would.
 */
function plainMethod<T, R>(spec: CommandSpec, run: Run<T, R>): Method<T, R> {
  const { verb } = spec;
  switch (spec.fixed) {
    case 0:
      return function (): R {
        const args: Argument[] = [verb];
        for (let i = 0; i < arguments.length; i++) args.push(arguments[i]);
        return run.call(this, args);
      };
    case 1:
      return function (a): R {
        const args = [verb, a!];
        for (let i = 1; i < arguments.length; i++) args.push(arguments[i]);
        return run.call(this, args);
      };
    case 2:
      return function (a, b): R {
        const args = [verb, a!, b!];
        for (let i = 2; i < arguments.length; i++) args.push(arguments[i]);
        return run.call(this, args);
      };
    case 3:
      return function (a, b, c): R {
        const args = [verb, a!, b!, c!];
        for (let i = 3; i < arguments.length; i++) args.push(arguments[i]);
        return run.call(this, args);
      };
    default:
      return function (a, b, c, d): R {
        const args = [verb, a!, b!, c!, d!];
        for (let i = 4; i < arguments.length; i++) args.push(arguments[i]);
        return run.call(this, args);
      };
  }
}

/**
 * Lets one array stand for the repeated argument, only at its position and only when nothing but what is documented
 * to follow follows: an array that a caller passes on unchecked must not become options.
 */
function repeatedMethod<T, R>(spec: CommandSpec, run: Run<T, R>): Method<T, R> {
  const { verb, repeat, after } = spec;
  const length = repeat + 2 + after;
  return function (a, b, c): R {
    let args: Argument[];
    if (arguments.length <= 1) args = [verb, a!];
    else if (arguments.length === 2) args = [verb, a!, b!];
    else {
      args = [verb, a!, b!, c!];
      for (let i = 3; i < arguments.length; i++) args.push(arguments[i]);
    }
    const array: unknown = args[repeat + 1];
    if (Array.isArray(array) && (after < 0 || args.length === length)) {
      args = [...args.slice(0, repeat + 1), ...array, ...args.slice(repeat + 2)];
    }
    return run.call(this, args);
  };
}
