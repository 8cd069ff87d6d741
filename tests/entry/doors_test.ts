/** Each door of the package opens, and behind it is what it promises and no more. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readSources } from "../support/source_file.ts";
import { type DoorName, doorText, doorTitles, unformatted } from "./door_text.ts";

const root = new URL("../../", import.meta.url);
const { exports: doors } = JSON.parse(readFileSync(new URL("deno.json", root), "utf8")) as {
  exports: Record<string, string>;
};
const library = [...readSources(root, "lib"), ...readSources(root, "mod.ts")];
const files = new Map(library.map((file) => [file.path, file]));

/** Every file that a door needs, lazily or not, without the doors themselves. */
function behind(door: string): string[] {
  const reached = new Set([door]);
  for (const path of reached) {
    for (const next of files.get(path)?.imports ?? []) if (next.path !== undefined) reached.add(next.path);
  }
  return [...reached].filter((path) => path !== door);
}

async function names(door: string): Promise<string[]> {
  return Object.keys(await import(new URL(doors[door] ?? "", root).href)).sort();
}

test("every file of lib/entry is a door of the package", () => {
  const entries = [...files.keys()].filter((path) => path.startsWith("lib/entry/"));
  assert.deepEqual(Object.values(doors).sort(), ["mod.ts", ...entries].map((path) => `./${path}`).sort());
});

test("the main door makes pools and has every error class", async () => {
  const main = await names(".");
  assert.ok(main.includes("createPool"));
  const errors = Object.keys(await import("../../lib/errors.ts"));
  assert.deepEqual(errors.filter((name) => !main.includes(name)), []);
});

test("behind ./resp is the codec alone", async () => {
  const allowed = /^lib\/(?:resp\/|errors\.ts$)/;
  assert.deepEqual(behind("lib/entry/resp.ts").filter((path) => !allowed.test(path)), []);
  const found = await names("./resp");
  for (const name of ["Decoder", "Encoder", "encodeCommand", "incomplete"]) assert.ok(found.includes(name), name);
});

test("behind ./pool there is no Redis", async () => {
  const allowed = /^lib\/(?:pool\/|base\/|observability\/|errors\.ts$)/;
  assert.deepEqual(behind("lib/entry/pool.ts").filter((path) => !allowed.test(path)), []);
  assert.ok((await names("./pool")).includes("Pool"));
});

for (const [name, holds] of [["prometheus", "prometheusText"], ["otel", "instrument"]] as const) {
  test(`behind ./${name} there is no pool, and behind the main door there is no ./${name}`, async () => {
    const allowed = /^lib\/(?:base\/|observability\/|errors\.ts$)/;
    assert.deepEqual(behind(`lib/entry/${name}.ts`).filter((path) => !allowed.test(path)), []);
    assert.deepEqual(behind("mod.ts").filter((path) => path.startsWith(`lib/observability/${name}_`)), []);
    assert.ok((await names(`./${name}`)).includes(holds));
  });
}

test("nothing for tests is behind the main door, nor behind the doctor", () => {
  for (const door of ["mod.ts", "lib/entry/doctor.ts"]) {
    assert.deepEqual(behind(door).filter((path) => path.startsWith("lib/testing/")), []);
  }
  assert.deepEqual(behind("mod.ts").filter((path) => path.startsWith("lib/doctor/")), []);
});

test("the servers for tests are behind ./testing", async () => {
  const found = await names("./testing");
  for (const name of ["startMemoryServer", "startScriptedServer"]) assert.ok(found.includes(name), name);
});

for (const name of Object.keys(doorTitles) as DoorName[]) {
  test(`./${name} holds what the main door holds (else run tests/entry/write_doors.ts)`, () => {
    const read = (path: string) => readFileSync(new URL(path, root), "utf8");
    assert.equal(unformatted(read(`lib/entry/${name}.ts`)), unformatted(doorText(name, read("mod.ts"))));
  });

  test(`behind ./${name} is the adapter of no other runtime`, () => {
    const adapters = /^lib\/net\/(?:deno|bun|node|workerd|runtime_connector)\.ts$/;
    assert.deepEqual(behind(`lib/entry/${name}.ts`).filter((path) => adapters.test(path)), [`lib/net/${name}.ts`]);
  });
}

test("the modules of workerd are behind its own door alone", () => {
  const asks = library.filter(({ imports }) => imports.some(({ specifier }) => specifier.startsWith("cloudflare:")));
  assert.deepEqual(asks.map(({ path }) => path), ["lib/net/workerd.ts"]);
  assert.deepEqual(behind("mod.ts").filter((path) => path === "lib/net/workerd.ts"), []);
});

test("the door of the runtime that runs this opens to the same names as the main one", async () => {
  const own = "Deno" in globalThis ? "./deno" : "Bun" in globalThis ? "./bun" : "./node";
  assert.deepEqual(await names(own), await names("."));
});
