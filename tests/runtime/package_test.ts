/**
 * What npm would hand out: its contents, and that it works wherever it promises to. What is asked does not depend on who
 * asks, so Node asks alone.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";
import { readSources } from "../support/source_file.ts";
import { findNode, findTool, nodeVersions, skipWithout } from "../support/tools.ts";
import { packed, run } from "./packed.ts";

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);
const noServer = skipWithoutProgram("redis");

/** Writes a file into the package's project and gives its path. */
async function inProject(name: string, text: string): Promise<string> {
  const file = path.join((await packed()).project, name);
  await writeFile(file, text);
  return file;
}

/** Runs a script of the project on a version of Node against a server of its own; gives what it printed. */
async function onNode(version: (typeof nodeVersions)[number], name: string, text: string): Promise<string> {
  const script = await inProject(`node${version}-${name}`, text);
  const server = await startRedis();
  try {
    return (await run(findNode(version)!, [script, server.url], { timeout: 30_000 })).stdout;
  } finally {
    await server.stop();
  }
}

/** Uses every door that opens on Node. */
const importing = `
import { createPool } from "@respool/respool";
import { createPool as onNode } from "@respool/respool/node";
import { Pool } from "@respool/respool/pool";
import { prometheusText } from "@respool/respool/prometheus";
import { instrument } from "@respool/respool/otel";
import { examine } from "@respool/respool/doctor";
import { encodeCommand } from "@respool/respool/resp";
import { startMemoryServer } from "@respool/respool/testing";
const words = [];
for (const create of [createPool, onNode]) {
  const pool = create(process.argv[2]);
  await pool.set("k", "v");
  words.push(await pool.get("k"));
  await pool.close();
}
const server = await startMemoryServer();
const memory = createPool(server.url);
words.push(await memory.ping());
const stop = instrument(memory);
words.push(prometheusText(memory).includes("respool_commands_total"));
stop();
words.push((await examine(server.url, { loadMs: 1 })).advice.length);
await memory.close();
await server.close();
const numbers = new Pool({ connect: () => Promise.resolve(7), destroy() {} });
words.push(await numbers.use((lease) => lease.connection), encodeCommand(["PING"]).length);
await numbers.close();
console.log(words.join());
`;

const requiring = `
const { createPool, RedisError } = require("@respool/respool");
const pool = createPool(process.argv[2]);
pool.send(["GET", "k", "too many"]).catch(async (error) => {
  console.log(await pool.ping(), error instanceof RedisError, error.code);
  await pool.close();
});
`;

/** What a project in TypeScript may say, and what it may not. */
const typed = `
import { AuthError, createPool, type CredentialsProvider, type RedisPool } from "@respool/respool";
import { createPool as onNode } from "@respool/respool/node";
import { createPool as onWorkerd } from "@respool/respool/workerd";
import { createPool as onDeno } from "@respool/respool/deno";
import { createPool as onBun } from "@respool/respool/bun";
import { Pool } from "@respool/respool/pool";
import { Decoder } from "@respool/respool/resp";
import { FakeClock } from "@respool/respool/testing";
import { prometheusText } from "@respool/respool/prometheus";
import { instrument, type OtelMeter, type OtelTracer } from "@respool/respool/otel";
import { examine } from "@respool/respool/doctor";
export async function observes(pool: RedisPool, meter: OtelMeter, tracer: OtelTracer): Promise<string> {
  const stop: () => void = instrument(pool, { meter, tracer, share: 0.5 });
  // @ts-expect-error: a share is a number
  instrument(pool, { share: "all" });
  stop();
  return prometheusText(pool) + (await examine("localhost", { loadMs: 10 })).endpoint;
}
export async function uses(credentials: CredentialsProvider): Promise<[string | null, number]> {
  const pool: RedisPool = createPool("redis://localhost", { credentials, clock: new FakeClock() });
  const results: [string | null, number] = await pool.pipeline().get("a").incr("n").exec();
  // @ts-expect-error: no such option
  createPool({ maxsize: 1 });
  // @ts-expect-error: a key is text or bytes
  await pool.get({});
  return results;
}
export const doors = [onNode, onWorkerd, onDeno, onBun] satisfies (typeof createPool)[];
export const classes = [AuthError, Pool, Decoder];
`;

const withOpenTelemetry = `
import { metrics, trace } from "@opentelemetry/api";
import { createPool } from "@respool/respool";
import { instrument } from "@respool/respool/otel";
export const stop = instrument(createPool(), { meter: metrics.getMeter("a"), tracer: trace.getTracer("a") });
// @ts-expect-error: a tracer is no meter
instrument(createPool(), { meter: trace.getTracer("a") });
`;

if (isNode) {
  test(
    "T17: the package holds the doors, what is behind them, and the pages",
    { skip: skipWithout("deno") },
    async () => {
      const { files, manifest } = await packed();
      const pages = ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"];
      const sources = readSources(new URL("../../", import.meta.url), "lib").map(({ path }) => path);
      const declarations = ["mod.ts", ...sources].map((source) => source.replace(/\.ts$/, ".d.ts"));
      const code = Object.values(manifest.exports).map((conditions) => conditions.import!.replace("./", ""));
      const shared = /^(?:chunk|bun|deno|node)-[A-Z0-9]{8}\.js$/;
      const known = [...pages, ...declarations, ...code, "package.json"];
      assert.deepEqual(files.filter((file) => !known.includes(file) && !shared.test(file)), []);
      for (const page of [...pages, ...code]) assert.ok(files.includes(page), page);
      const doors = Object.values(manifest.exports);
      for (const door of doors.flatMap((conditions) => Object.values(conditions))) {
        assert.ok(files.includes(door.replace("./", "")), door);
      }
      assert.ok(doors.every((conditions) => Object.keys(conditions).join() === "types,import,default"));
    },
  );

  test("T17: installing the package runs nothing and brings nothing else", { skip: skipWithout("deno") }, async () => {
    const { manifest } = await packed();
    const fields = ["name", "version", "description", "type", "license", "main", "types", "exports", "engines"];
    assert.deepEqual(Object.keys(manifest).sort(), fields.sort());
  });

  test(
    "T17: no code is made from text, and no module is chosen at run time",
    { skip: skipWithout("deno") },
    async () => {
      const { folder, files } = await packed();
      for (const file of files.filter((file) => file.endsWith(".js"))) {
        const text = (await readFile(path.join(folder, file), "utf8")).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
        assert.doesNotMatch(text, /\beval\s*\(|\bnew Function\b|\bFunction\(|\brequire\s*\(/, file);
        assert.doesNotMatch(text, /\bimport\((?!"[^"]+"\))/, file);
      }
    },
  );

  for (const version of nodeVersions) {
    const missing = findNode(version) === undefined && `Node ${version} was not fetched; the test task does that`;
    const skip = missing || noServer || skipWithout("deno");

    test(`the package can be imported on Node ${version}`, { skip }, async () => {
      assert.equal(await onNode(version, "imports.mjs", importing), "v,v,PONG,true,7,7,14\n");
    });

    test(`the package can be required on Node ${version}`, { skip }, async () => {
      assert.equal(await onNode(version, "requires.cjs", requiring), "PONG true ERR\n");
    });
  }

  const resolutions = [["node16", "node16"], ["esnext", "bundler"]] as const;
  for (const compiler of ["typescript", "typescript-5"]) {
    for (const [module, moduleResolution] of resolutions) {
      const skip = skipWithout("deno", "typescript");
      test(`the package has types for ${compiler} that resolves modules by ${moduleResolution}`, { skip }, async () => {
        const options = { module, moduleResolution, target: "es2023", strict: true, exactOptionalPropertyTypes: true };
        const strictly = {
          ...options,
          noEmit: true,
          types: ["node"],
          typeRoots: [path.join(findTool("typescript")!, "@types")],
        };
        const file = await inProject("uses.mts", typed);
        const project = await inProject("tsconfig.json", JSON.stringify({ compilerOptions: strictly, files: [file] }));
        const program = path.join(findTool("typescript")!, compiler, "bin", "tsc");
        const { stdout } = await run(process.execPath, [program, "--project", project]).catch((error) => error);
        assert.equal(stdout, "");
      });
    }
  }

  const skip = skipWithout("deno", "typescript", "opentelemetry");
  test("a meter and a tracer of OpenTelemetry's own API are what ./otel takes", { skip }, async () => {
    const file = await inProject("otel.mts", withOpenTelemetry);
    const api = path.join(findTool("opentelemetry")!, "@opentelemetry", "api");
    const compilerOptions = {
      ...{ module: "node16", target: "es2023", strict: true, exactOptionalPropertyTypes: true, noEmit: true },
      ...{ types: ["node"], typeRoots: [path.join(findTool("typescript")!, "@types")] },
      paths: { "@opentelemetry/api": [path.join(api, "build", "src", "index.d.ts")] },
    };
    const project = await inProject("tsconfig.otel.json", JSON.stringify({ compilerOptions, files: [file] }));
    const program = path.join(findTool("typescript")!, "typescript", "bin", "tsc");
    const { stdout } = await run(process.execPath, [program, "--project", project]).catch((error) => error);
    assert.equal(stdout, "");
  });
}
