/**
 * Runs typed commands under RESP2 and RESP3 on real servers and compares: the shape given to a RESP2 reply must be the
 * value that RESP3 has on the wire, whatever the mapping.
 *
 * @module
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { defineCommands } from "../../lib/commands/define.ts";
import type { CommandSpec } from "../../lib/commands/spec.ts";
import { defaultMapping, type Mapping } from "../../lib/resp/mapping.ts";
import { type ServerKind, skipWithoutProgram } from "./matrix.ts";
import { RawClient } from "./raw_client.ts";
import { startServer } from "./servers.ts";

/** The name of a typed command and its arguments. */
export type Call = readonly [name: string, ...args: unknown[]];

/** The code of an error reply. */
class Refused {
  readonly code: string;
  constructor(code: string) {
    this.code = code;
  }
}

/** What one call came to: its reply, or the code of its error. */
interface Outcome {
  readonly call: Call;
  readonly reply: unknown;
}

const mappings: readonly Mapping[] = [
  defaultMapping,
  { ...defaultMapping, strings: "bytes" },
  { ...defaultMapping, map: "map", set: "set", double: "string", verbatim: "tagged", integer: "string" },
  { ...defaultMapping, map: "pairs", strings: "bytes", double: "string", verbatim: "tagged", integer: "bigint" },
];

/** How often the elements of a reply must be the same for different runs. */
export interface Cases {
  /** Calls whose replies are the same each time they run on an empty database, in their order. */
  readonly exact: readonly Call[];
  /** Calls of which only the types of the values are compared. */
  readonly alike?: readonly Call[];
  /** Evens out what servers do not agree on. */
  readonly even?: (name: string, reply: unknown) => unknown;
}

/** Registers the tests of one group of commands. */
export function testShapes(group: string, specs: readonly CommandSpec[], cases: Cases): void {
  const { exact, alike = [] } = cases;
  test(`every ${group} command is tried`, () => {
    const tried = new Set([...exact, ...alike].map(([name]) => name));
    assert.deepEqual(specs.map(({ name }) => name).filter((name) => !tried.has(name)), []);
  });

  for (const kind of ["redis", "valkey"] as const) {
    test(
      `${group} commands have the shapes of RESP3 under RESP2 on ${kind}`,
      { skip: skipWithoutProgram(kind) },
      () => compare(kind, specs, cases),
    );
  }
}

async function compare(kind: ServerKind, specs: readonly CommandSpec[], cases: Cases): Promise<void> {
  const { exact, alike = [], even = (_name, reply) => reply } = cases;
  // The server looks at the end of waits so many times a second.
  const server = await startServer(kind, ["--hz", "100"]);
  try {
    for (const mapping of mappings) {
      const run = (protocol: 2 | 3, calls: readonly Call[]) => outcomes(server.url, protocol, mapping, specs, calls);
      const evened = (found: readonly Outcome[]) =>
        found.map(({ call, reply }) => ({ call, reply: even(call[0], reply) }));
      const [older, newer] = [await run(2, exact), await run(3, exact)];
      assert.deepEqual(evened(older), evened(newer));
      const [olderAlike, newerAlike] = [await run(2, alike), await run(3, alike)];
      assert.deepEqual(olderAlike.map(skeleton), newerAlike.map(skeleton));
      assertAnswered([...newer, ...newerAlike]);
    }
  } finally {
    await server.stop();
  }
}

/** Comparing errors with errors would show nothing: each command has a call that every server understands. */
function assertAnswered(outcomes: readonly Outcome[]): void {
  const names = new Set(outcomes.map(({ call }) => call[0]));
  for (const { call, reply } of outcomes) if (!(reply instanceof Refused)) names.delete(call[0]);
  assert.deepEqual([...names], []);
}

async function outcomes(
  url: string,
  protocol: 2 | 3,
  mapping: Mapping,
  specs: readonly CommandSpec[],
  calls: readonly Call[],
): Promise<Outcome[]> {
  const client = await RawClient.connect(url, protocol);
  const surface: Record<string, (...args: unknown[]) => Promise<unknown>> = {};
  defineCommands<object, Promise<unknown>>(surface, specs, (spec) => async (args) => {
    const reply = await client.send(args, mapping);
    return protocol === 2 && spec.shape !== undefined ? spec.shape(reply, args, mapping) : reply;
  });
  try {
    await client.send(["FLUSHALL"]);
    const found: Outcome[] = [];
    for (const call of calls) {
      const [name, ...args] = call;
      found.push({ call, reply: await surface[name]!(...args).catch((error) => new Refused(error.code)) });
    }
    return found;
  } finally {
    client.close();
  }
}

/** The types of a value, as deep as it goes; of many elements of the same types one is told. */
function skeleton(value: unknown): unknown {
  if (value === null || typeof value !== "object") return typeof value;
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Set) return { set: alternatives([...value]) };
  if (value instanceof Map) return { map: alternatives([...value]) };
  if (Array.isArray(value)) return { array: alternatives(value) };
  return Object.entries(value).map(([key, item]) => [key, skeleton(item)]);
}

function alternatives(values: readonly unknown[]): string[] {
  return [...new Set(values.map((value) => JSON.stringify(skeleton(value))))].sort();
}
