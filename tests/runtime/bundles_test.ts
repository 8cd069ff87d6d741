/**
 * Programs that are bundled with the package take the adapter of their own runtime along and no other. What is asked
 * does not depend on who asks, so Node asks alone.
 */
import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";
import { findTool, skipWithout } from "../support/tools.ts";
import { packed, run } from "./packed.ts";

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);

/** Bundles a file into `out/bundle.mjs` and its chunks. */
type Bundle = (entry: string, out: string) => Promise<void>;

/** What of a bundler's module is used; each has its own types, which are not installed here. */
// deno-lint-ignore no-explicit-any
type Bundler = any;

async function load(name: string, file: string): Promise<Bundler> {
  return await import(pathToFileURL(path.join(findTool("bundlers")!, name, file)).href);
}

/** Modules that only a runtime has. */
const external = /^(?:node|cloudflare):/;

const bundlers: Record<string, Bundle> = {
  async esbuild(entry, out) {
    const { build } = (await load("esbuild", "lib/main.js")).default;
    await build({
      ...{ entryPoints: [entry], outfile: path.join(out, "bundle.mjs"), bundle: true, format: "esm" },
      ...{ external: ["node:*", "cloudflare:*"], minify: true, logLevel: "error" },
    });
  },

  async rollup(entry, out) {
    const { rollup } = await load("rollup", "dist/es/rollup.js");
    // Rollup itself resolves no packages: what its plug-in would do, for the one package there is.
    const { folder, manifest } = await packed();
    const resolveId = (id: string) => {
      const door = id.startsWith(manifest.name) && manifest.exports[id.replace(manifest.name, ".")];
      return door ? path.join(folder, door.import!) : null;
    };
    const bundle = await rollup({ input: entry, external, plugins: [{ name: "package", resolveId }] });
    const names = { entryFileNames: "bundle.mjs", chunkFileNames: "[name].mjs" };
    await bundle.write({ dir: out, ...names });
    await bundle.close();
  },

  async vite(entry, out) {
    const { build } = await load("vite", "dist/node/index.js");
    await build({
      ...{ configFile: false, logLevel: "error", root: path.dirname(entry) },
      build: {
        ...{ outDir: out, emptyOutDir: false, lib: { entry, formats: ["es"], fileName: () => "bundle.mjs" } },
        rollupOptions: { external },
      },
    });
  },

  async webpack(entry, out) {
    const { default: webpack } = await load("webpack", "lib/index.js");
    const compiler = webpack({
      ...{ entry, mode: "production", target: ["node20", "es2022"], devtool: false },
      ...{ experiments: { outputModule: true }, externalsType: "module", optimization: { minimize: false } },
      output: { path: out, filename: "bundle.mjs", library: { type: "module" }, chunkFormat: "module" },
      externals: [
        ({ request }: { request: string }, done: (error?: null, external?: string) => void) =>
          external.test(request) ? done(null, `module ${request}`) : done(),
      ],
    });
    const stats: Bundler = await new Promise((resolve, reject) => {
      compiler.run((error: unknown, stats: unknown) => error ? reject(error) : resolve(stats));
    });
    await new Promise((resolve) => compiler.close(resolve));
    assert.deepEqual(stats.toJson({ errors: true }).errors, []);
  },
};

/** A program that asks once through a door. */
function program(door: string): string {
  return `import { createPool } from "@respool/respool${door}";
const pool = createPool(globalThis.process?.argv[2] ?? "redis://localhost");
console.log(await pool.ping());
await pool.close();
`;
}

/** Bundles that program; gives the file that starts it and all of the text in it and its chunks. */
async function bundled(bundle: Bundle, name: string, door: string): Promise<{ file: string; text: string }> {
  const { project } = await packed();
  const entry = path.join(project, `${name}${door.replace("/", "-")}.mjs`);
  await writeFile(entry, program(door));
  const out = `${entry}.out`;
  await bundle(entry, out);
  const files = (await readdir(out)).map((file) => path.join(out, file));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return { file: path.join(out, "bundle.mjs"), text: texts.join("\n") };
}

/** Words of each adapter that no other one says and that no bundler changes. */
const marks: Readonly<Record<string, string>> = {
  deno: "throwIfAborted",
  bun: "._handle",
  workerd: "cloudflare:sockets",
  "whichever runtime it is": "no sockets are known for this runtime",
};

function adaptersIn(text: string): string[] {
  return Object.entries(marks).filter(([, mark]) => text.includes(mark)).map(([name]) => name);
}

/** What each door needs from its runtime. */
const asks: Readonly<Record<string, readonly string[]>> = {
  node: ["node:net", "node:tls"],
  deno: ["node:tls"],
  bun: ["node:net", "node:tls"],
  workerd: ["cloudflare:sockets"],
};

if (isNode) {
  const skip = skipWithout("bundlers", "deno");
  for (const [name, bundle] of Object.entries(bundlers)) {
    for (const [runtime, modules] of Object.entries(asks)) {
      test(`${name} takes the adapter of ${runtime} along and no other`, { skip }, async () => {
        const { text } = await bundled(bundle, name, `/${runtime}`);
        assert.deepEqual(adaptersIn(text), runtime in marks ? [runtime] : []);
        const asked = text.match(/\b(?:node|cloudflare):[a-z]+(?=["'])/g);
        assert.deepEqual([...new Set(asked)].sort(), modules);
      });
    }

    test(`${name} makes a program for Node that runs`, { skip: skip || skipWithoutProgram("redis") }, async () => {
      for (const door of ["/node", ""]) {
        const { file } = await bundled(bundle, name, door);
        const server = await startRedis();
        try {
          const { stdout } = await run(process.execPath, [file, server.url], { timeout: 20_000 });
          assert.equal(stdout, "PONG\n");
        } finally {
          await server.stop();
        }
      }
    });

    test(`${name} finds no module of workerd behind the main door`, { skip }, async () => {
      const { text } = await bundled(bundle, name, "");
      assert.deepEqual(adaptersIn(text), ["deno", "bun", "whichever runtime it is"]);
    });
  }
}
