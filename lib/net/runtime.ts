/**
 * Which runtime this is, and what its environment says.
 *
 * @module
 */

import type { TextDecoding } from "./platform.ts";
import type { TracingChannel, TracingChannels } from "../observability/tracing.ts";

/** The runtimes that have an adapter, and the two that need a word from the user. */
export type RuntimeName = "deno" | "bun" | "node" | "workerd" | "unknown";

interface Global {
  Deno?: {
    permissions: { querySync(descriptor: { name: "env"; variable: string }): { state: string } };
    env: { get(name: string): string | undefined };
  };
  Bun?: unknown;
  navigator?: { userAgent?: string };
  process?: { versions?: { node?: string; v8?: string }; env?: Record<string, string | undefined> };
}

/**
 * Names the runtime by its globals.
 *
 * @param global The global object; the current one when left out.
 */
export function runtimeName(global: object = globalThis): RuntimeName {
  const { Deno, Bun, navigator, process } = global as Global;
  if (Deno !== undefined) return "deno";
  if (Bun !== undefined) return "bun";
  // Before Node: with its compatibility flag workerd has a `process` that claims to be Node.
  if (navigator?.userAgent === "Cloudflare-Workers") return "workerd";
  return process?.versions?.node === undefined ? "unknown" : "node";
}

/** Names of the variables that hold a URL, in the order in which they are looked at. */
const urlVariables = ["REDIS_URL", "VALKEY_URL"];

/** The first URL that one of the variables holds; empty ones do not count. */
function firstUrl(read: (name: string) => string | undefined): string | undefined {
  for (const name of urlVariables) {
    const url = read(name);
    if (url) return url;
  }
  return undefined;
}

/**
 * The URL of a server that the environment names, in `REDIS_URL` or else in `VALKEY_URL`, on every runtime but Deno.
 *
 * @param global The global object; the current one when left out.
 */
export function processUrl(global: object = globalThis): string | undefined {
  const env = (global as Global).process?.env;
  // An own property, so that nothing put on `Object.prototype` can name a server.
  return firstUrl((name) => env !== undefined && Object.hasOwn(env, name) ? env[name] : undefined);
}

/**
 * The same on Deno. A variable is read only where that is permitted already: nobody is asked for it.
 *
 * @param global The global object; the current one when left out.
 */
export function denoUrl(global: object = globalThis): string | undefined {
  const { permissions, env } = (global as Required<Global>).Deno;
  return firstUrl((variable) => {
    const { state } = permissions.querySync({ name: "env", variable });
    return state === "granted" ? env.get(variable) : undefined;
  });
}

/**
 * The same on whatever runtime this is.
 *
 * @param global The global object; the current one when left out.
 */
export function environmentUrl(global: object = globalThis): string | undefined {
  return (global as Global).Deno === undefined ? processUrl(global) : denoUrl(global);
}

/** Node makes a string of more bytes than this outside of the collector's heap. */
const longestInHeap = 1_031_912;

/** Text of more bytes than this is made sooner by Deno's `TextDecoder` than by its `Buffer`. */
const longestOnDeno = 256;

type Slice = (this: Uint8Array, from: number, to: number) => string;

/** What `Buffer` makes text with, where there is one. */
function sliceOf(global: object): Slice | undefined {
  const slice = (global as { Buffer?: { prototype: { utf8Slice?: unknown } } }).Buffer?.prototype.utf8Slice;
  return typeof slice === "function" ? slice as Slice : undefined;
}

/**
 * Makes text of UTF-8 bytes as fast as Node and Bun can.
 *
 * @param global The global object; the current one when left out.
 */
export function bufferText(global: object = globalThis): TextDecoding | undefined {
  const slice = sliceOf(global);
  if (slice === undefined) return undefined;
  const decode: TextDecoding = (bytes, from, to) => slice.call(bytes, from, to);
  const { Bun, process } = global as Global;
  // V8 13 has memory anew from the system for each string of pieces that is looked into, and V8 14 does not. V8 12
  // does, but no string of Node 22 is better off.
  if (Bun === undefined && process?.versions?.v8?.startsWith("13.")) decode.longestInPieces = longestInHeap;
  return decode;
}

/**
 * Makes text of UTF-8 bytes as fast as Deno can.
 *
 * @param global The global object; the current one when left out.
 */
export function denoText(global: object = globalThis): TextDecoding | undefined {
  const slice = sliceOf(global);
  if (slice === undefined) return undefined;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (bytes, from, to) =>
    to - from > longestOnDeno ? decoder.decode(bytes.subarray(from, to)) : slice.call(bytes, from, to);
}

/**
 * Makes text of UTF-8 bytes as fast as the runtime can, whichever it is.
 *
 * @param global The global object; the current one when left out.
 */
export function nativeText(global: object = globalThis): TextDecoding | undefined {
  return (global as Global).Deno === undefined ? bufferText(global) : denoText(global);
}

/** The allocator of glibc heeds no larger block. */
const largestBlock = 31 * 1_048_576;

/**
 * Has the allocator of glibc keep freed memory, once. It keeps twice the size of the largest block that it ever gave
 * back, which is little before there was a large one, and memory that has to be had anew costs more than what is done
 * with it. So a block is freed here that is never touched and takes up nothing.
 */
export function memoryKeeper(): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    try {
      new ArrayBuffer(largestBlock);
    } catch {
      // Where there is no room for the block there is none to keep either.
    }
  };
}

/**
 * The same, but on Bun, which has an allocator of its own.
 *
 * @param global The global object; the current one when left out.
 */
export function nativeKeeper(global: object = globalThis): (() => void) | undefined {
  return "Bun" in global ? undefined : memoryKeeper();
}

interface DiagnosticsChannel {
  tracingChannel?(name: string): TracingChannel<unknown>;
}

/**
 * The channels `respool:command`, `respool:batch`, `respool:connect` and `respool:acquire` of
 * `node:diagnostics_channel`. It is asked for at run time, so that bundles do not need it; Node has that since 20.16.
 *
 * @param global The global object; the current one when left out.
 */
export function tracingChannels(global: object = globalThis): TracingChannels | undefined {
  const { process } = global as { process?: { getBuiltinModule?(name: string): unknown } };
  let channels: DiagnosticsChannel | undefined;
  try {
    channels = process?.getBuiltinModule?.("node:diagnostics_channel") as DiagnosticsChannel | undefined;
  } catch {
    // A runtime may refuse to have its modules asked for in this way.
  }
  if (typeof channels?.tracingChannel !== "function") return undefined;
  const { tracingChannel } = channels;
  return {
    command: tracingChannel("respool:command"),
    batch: tracingChannel("respool:batch"),
    connect: tracingChannel("respool:connect"),
    acquire: tracingChannel("respool:acquire"),
  };
}

/** What a program is given, and where it writes. */
export interface Terminal {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** Whether somebody watches standard error. */
  readonly isWatched: boolean;
  /** Writes to standard output. */
  write(text: string): void;
  /** Writes to standard error. */
  writeError(text: string): void;
  /** Sets what the process ends with. */
  exitWith(code: number): void;
}

interface ProcessLike {
  argv: readonly string[];
  exitCode?: number;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean };
}

/**
 * The terminal of the process, by means that Node, Deno and Bun share.
 *
 * @param global The global object; the current one when left out.
 */
export function processTerminal(global: object = globalThis): Terminal {
  const { process } = global as { process: ProcessLike };
  return {
    args: process.argv.slice(2),
    isWatched: process.stderr.isTTY === true,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    exitWith: (code) => void (process.exitCode = code),
  };
}

/**
 * Whether a module is the program that was started, rather than a part of one.
 *
 * @param meta The module's `import.meta`; `main` is absent on Node before 24.2.
 * @param global The global object; the current one when left out.
 */
export function isProgram(meta: { main?: boolean; url: string }, global: object = globalThis): boolean {
  if (meta.main !== undefined) return meta.main;
  const file = (global as { process?: Partial<ProcessLike> }).process?.argv?.[1];
  return file !== undefined && meta.url.endsWith(encodeURI(file.replaceAll("\\", "/")));
}

type Turn = (callback: () => void) => void;

/**
 * Goes on in the next turn of the event loop of Node and Bun.
 *
 * @param global The global object; the current one when left out.
 */
export function immediateTurn(global: object = globalThis): Turn | undefined {
  return (global as { setImmediate?: (callback: () => void) => unknown }).setImmediate;
}

/**
 * Goes on in the next turn of the event loop. Deno has no such way: there only each sixty-first turn looks for bytes.
 *
 * @param global The global object; the current one when left out.
 */
export function nativeTurn(global: object = globalThis): Turn | undefined {
  return (global as Global).Deno === undefined ? immediateTurn(global) : undefined;
}
