/** The file that the `vendor` task writes works by itself, each on its own runtime. */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withFolder } from "../net/helpers.ts";
import { skipWithoutProgram } from "../support/matrix.ts";
import { root } from "../support/runtimes.ts";
import { startRedis } from "../support/servers.ts";
import { findDeno, findNode, findTool, skipWithout } from "../support/tools.ts";
import { run, vendor } from "./packed.ts";

const skip = skipWithout("deno");

/** What the file for a runtime may ask of it. */
const asks: Readonly<Record<string, readonly string[]>> = {
  deno: ["node:tls"],
  bun: ["node:net", "node:tls"],
  node: ["node:net", "node:tls"],
  workerd: ["cloudflare:sockets"],
};

/** The runtimes whose files are looked at here: the one that runs this, and with Node also workerd. */
const own = "Deno" in globalThis ? ["deno"] : "Bun" in globalThis ? ["bun"] : ["node", "workerd"];

const program = `import { createPool } from "./respool.js";
const pool = createPool(process.argv[2]);
await pool.set("k", "vendored");
console.log(await pool.get("k"), (await pool.use((lease) => lease.multi().del("k").exec())).join());
await pool.close();
`;

/** Runs a program beside the file, in a folder that holds nothing else. */
async function runBeside(runtime: string, command: readonly string[]): Promise<string> {
  const server = await startRedis();
  let printed = "";
  try {
    await withFolder(async (folder) => {
      const text = await readFile(path.join(await vendor(runtime), "respool.js"));
      await writeFile(path.join(folder, "respool.js"), text);
      await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
      await writeFile(path.join(folder, "program.js"), `import process from "node:process";\n${program}`);
      const [first = "", ...rest] = command;
      const options = { cwd: folder, timeout: 20_000 };
      printed = (await run(first, [...rest, path.join(folder, "program.js"), server.url], options)).stdout;
    });
  } finally {
    await server.stop();
  }
  return printed;
}

const uses = `import { createPool, RedisError, type RedisPool } from "./respool.js";
export async function use(): Promise<string | null> {
  const pool: RedisPool = createPool("redis://localhost", { maxSize: 2 });
  const [value, length] = await pool.pipeline().get("a").strlen("a").exec();
  length satisfies number;
  // @ts-expect-error: no such option
  createPool({ maxsize: 1 });
  return value;
}
export const error: RedisError = new RedisError("CODE", "words");
`;

for (const runtime of own) {
  test(`the file for ${runtime} asks for nothing but what that runtime has`, { skip }, async () => {
    const folder = await vendor(runtime);
    assert.deepEqual((await readdir(folder)).sort(), ["respool.d.ts", "respool.js"]);
    const text = await readFile(path.join(folder, "respool.js"), "utf8");
    const specifiers = Array.from(text.matchAll(/\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\)/g), ([, a, b]) => a ?? b);
    assert.deepEqual(specifiers.sort(), asks[runtime]);
    assert.ok(text.split("\n").length < 200, "it is minified");
  });

  test(`the file for ${runtime} exports what its door does`, { skip }, async () => {
    const text = await readFile(path.join(await vendor(runtime), "respool.js"), "utf8");
    const [, list = ""] = /export\s*\{([^}]+)\};?\s*$/.exec(text) ?? [];
    const names = list.split(",").map((name) => name.replace(/.* as /, "").trim());
    const main = await import(new URL("mod.ts", pathToFileURL(root)).href);
    assert.deepEqual(names.sort(), Object.keys(main).sort());
  });

  test(
    `the declarations for ${runtime} stand alone and are right`,
    { skip: skip || skipWithout("typescript") },
    () =>
      withFolder(async (folder) => {
        for (const name of ["respool.js", "respool.d.ts"]) {
          await writeFile(path.join(folder, name), await readFile(path.join(await vendor(runtime), name)));
        }
        await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
        await writeFile(path.join(folder, "uses.ts"), uses);
        const node = findNode("24") ?? process.execPath;
        const tsc = path.join(findTool("typescript")!, "typescript", "bin", "tsc");
        const options = [
          "--noEmit",
          "--strict",
          "--exactOptionalPropertyTypes",
          "--module",
          "nodenext",
          "--target",
          "es2023",
        ];
        const libraries = ["--lib", "es2023,esnext.disposable,dom", "--types", ""];
        const { stdout } = await run(node, [tsc, ...options, ...libraries, path.join(folder, "uses.ts")])
          .catch((error) => error);
        assert.equal(stdout, "");
      }),
  );
}

const commands: Readonly<Record<string, readonly string[]>> = {
  deno: [process.execPath, "run", "--allow-net"],
  bun: [process.execPath],
  node: [findNode("20") ?? process.execPath],
};

for (const runtime of own.filter((runtime) => runtime in commands)) {
  test(
    `the file for ${runtime} runs in a folder of its own`,
    { skip: skip || skipWithoutProgram("redis") },
    async () => {
      assert.equal(await runBeside(runtime, commands[runtime]!), "vendored 1\n");
    },
  );
}

test("the vendor task takes one of four runtimes", { skip }, async () => {
  const script = fileURLToPath(new URL("../../bench/vendor/vendor.ts", import.meta.url));
  const refused = run(findDeno()!, ["run", "-A", script, "--runtime", "browser"]);
  await assert.rejects(refused, (error: { code: number; stderr: string }) => {
    assert.deepEqual([error.code, error.stderr], [1, "--runtime takes deno, bun, node, workerd\n"]);
    return true;
  });
});
