import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cycleProblems,
  erasableProblems,
  exportStarProblems,
  layerProblems,
  mirrorProblems,
  newSyntaxProblems,
  runtimeWordProblems,
  specifierProblems,
  undocumentedProblems,
} from "./architecture_rules.ts";
import { parse, type SourceFile } from "./source_file.ts";

/** Checks a rule against texts that it must accept and texts that it must complain about. */
function check(
  rule: (file: SourceFile) => string[],
  path: string,
  good: readonly string[],
  bad: readonly string[],
): void {
  for (const text of good) assert.deepEqual(rule(parse(path, text)), [], `accepts ${text}`);
  for (const text of bad) assert.equal(rule(parse(path, text)).length, 1, `complains about ${text}`);
}

test("an import of the own room or of a lower rank is fine, any other is not", () => {
  const layers = (file: SourceFile) => layerProblems([file]);
  check(layers, "lib/connection/connection.ts", [
    'import { A } from "./ring.ts";',
    'import type { A } from "../net/socket.ts";',
    'import { A } from "../errors.ts";',
    'import { connect } from "node:net";',
  ], [
    'import { A } from "../pool/pool.ts";',
    'import type { A } from "../pool/pool.ts";',
    'export { A } from "../client/pool.ts";',
    'const a = await import("../client/pool.ts");',
    'import { A } from "../../mod.ts";',
    'import { A } from "../../tests/helper.ts";',
  ]);
  check(layers, "lib/base/options.ts", ['import { A } from "../errors.ts";'], [
    'import { A } from "../resp/limits.ts";',
  ]);
  check(layers, "lib/resp/limits.ts", [], ['import { A } from "../observability/names.ts";']);
});

test("the pool knows nothing of Redis though it stands above it", () => {
  check((file) => layerProblems([file]), "lib/pool/pool.ts", [
    'import { A } from "../base/clock.ts";',
    'import { A } from "../errors.ts";',
    'import { A } from "../observability/observer.ts";',
  ], ['import { A } from "../connection/connection.ts";', 'import type { A } from "../resp/decoder.ts";']);
});

test("a file outside of every room is told", () => {
  assert.deepEqual(layerProblems([parse("lib/utils/misc.ts", "")]), ["lib/utils/misc.ts is in no room of the library"]);
});

test("a cycle is told once, also when only types go round", () => {
  const files = [
    parse("lib/pool/a.ts", 'import type { B } from "./b.ts";'),
    parse("lib/pool/b.ts", 'import { C } from "./c.ts";'),
    parse("lib/pool/c.ts", 'import { A } from "./a.ts";'),
    parse("lib/pool/d.ts", 'import { A } from "./a.ts"; import { C } from "./c.ts";'),
  ];
  assert.deepEqual(cycleProblems(files), ["lib/pool/a.ts → lib/pool/b.ts → lib/pool/c.ts → lib/pool/a.ts"]);
  assert.deepEqual(cycleProblems(files.slice(1)), []);
  assert.equal(cycleProblems([parse("a.ts", 'import "./a.ts";')]).length, 1);
});

test("words of one runtime stay in the adapters and in lib/testing", () => {
  const bad = [
    "Deno.connect();",
    "Bun.connect();",
    "process.exit();",
    "globalThis.process;",
    "globalThis.Deno;",
    "process?.env;",
    "Buffer.from(x);",
    'import { connect } from "node:net";',
    'import("cloudflare:sockets");',
  ];
  check(runtimeWordProblems, "lib/client/pool.ts", [
    "// Deno.connect",
    'throw new Error("Deno.connect failed");',
    "this.process.next(); const processor = 1; const ArrayBuffer = 1; other.Deno.x;",
  ], bad);
  for (const path of ["lib/net/deno.ts", "lib/net/runtime.ts", "lib/testing/memory_server.ts"]) {
    check(runtimeWordProblems, path, bad, []);
  }
});

test("the library imports nothing from outside and names files in full", () => {
  check(specifierProblems, "lib/net/node.ts", ['import "./a.ts"; import "../b/c.ts"; import "node:net";'], [
    'import "ioredis";',
    'import "npm:redis";',
    'import "jsr:@std/async";',
    'import "./a";',
    'import "https://example.test/a.ts";',
  ]);
});

test("a door says what it holds", () => {
  check(exportStarProblems, "mod.ts", ['export { a } from "./a.ts";', "export function* walk() {}", "// export *"], [
    'export * from "./a.ts";',
    'export * as a from "./a.ts";',
    'export type * from "./a.ts";',
  ]);
});

test("a file has its tests, doors share theirs as adapters do, types need none", () => {
  const tests = new Set(
    ["pool/pool", "entry/doors", "errors", "net/socket_suite"].map((name) => `tests/${name}_test.ts`),
  );
  const code = "export const a = 1;";
  check((file) => mirrorProblems([file], tests), "lib/pool/lease.ts", [
    'import type { A } from "./a.ts";\n\n/** B. */\nexport interface B {\n  a: A;\n}\nexport type C = B;',
    'import {\n  type A,\n} from "./a.ts";\nexport type { A };\nexport type B =\n  | 1\n  | 2;',
  ], [code, "export type A = 1;\nexport function f() {}", "let a = 1;", 'export { a } from "./a.ts";']);
  for (const path of ["lib/pool/pool.ts", "lib/errors.ts", "lib/entry/resp.ts", "mod.ts", "lib/net/bun.ts"]) {
    check((file) => mirrorProblems([file], tests), path, [code], []);
    check((file) => mirrorProblems([file], new Set()), path, [], [code]);
  }
});

test("what older runtimes cannot run is told", () => {
  check(newSyntaxProblems, "lib/pool/pool.ts", ["// using x = 1\nconst using = 1; call(using);"], [
    "using lease = pool.acquire();",
    "await using lease = await pool.acquire();",
    "for (using lease of leases) {}",
    "const { promise } = Promise.withResolvers<void>();",
  ]);
});

test("what types alone cannot be erased from is told", () => {
  check(erasableProblems, "lib/pool/pool.ts", [
    "class A { constructor(fn: (readonly: string) => void, b: readonly string[]) {} readonly c = 1; }",
    "const enumerable = 1; const namespace = 2;",
    "/**\n * @param a\n */",
  ], [
    "enum Color { Red }",
    "export const enum Color { Red }",
    "namespace A { }",
    "declare module Foo { }",
    "class A { constructor(private b: string) {} }",
    "class A { constructor(fn: (a: string) => void, readonly b: string) {} }",
    "@sealed\nclass A {}",
  ]);
});

test("an export is documented", () => {
  check(undocumentedProblems, "lib/pool/pool.ts", [
    "/** A. */\nexport const a = 1;",
    "/** A. */\nexport function a(b: 1): 1;\nexport function a(b: 2): 2;\nexport function a(b: number) {}",
    'export { a } from "./a.ts";',
    "// export const a = 1;",
  ], [
    "export const a = 1;",
    "/* A. */\nexport class A {}",
    "/** Of the module. */\nimport './a.ts';\nexport abstract class A {}",
    "// A.\nexport interface A {}",
    "export async function a() {}",
    "export type A = 1;",
  ]);
});
