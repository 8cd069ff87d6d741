/**
 * Programs that are bundled with the package take the adapter of their own runtime along and no other. What is asked
 * does not depend on who asks, so Node asks alone.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { skipWithoutProgram } from "../support/matrix.ts";
import { startRedis } from "../support/servers.ts";
import { findTool, skipWithout } from "../support/tools.ts";
import { packed, run } from "./packed.ts";

const isNode = !("Deno" in globalThis) && !("Bun" in globalThis);

/** Bundles a file into `out/bundle.mjs` and gives the paths of the modules in it. */
type Bundle = (entry: string, out: string) => Promise<string[]>;

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
    const { metafile } = await build({
      ...{ entryPoints: [entry], outfile: path.join(out, "bundle.mjs"), bundle: true, format: "esm", metafile: true },
      ...{ external: ["node:*", "cloudflare:*"], minify: true, logLevel: "error" },
    });
    return Object.keys(metafile.inputs);
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
    const { output } = await bundle.write({ dir: out, ...names });
    await bundle.close();
    return output.flatMap(({ modules }: Bundler) => Object.keys(modules));
  },

  async vite(entry, out) {
    const { build } = await load("vite", "dist/node/index.js");
    const modules: string[] = [];
    const moduleParsed = ({ id }: { id: string }) => void modules.push(id);
    await build({
      ...{ configFile: false, logLevel: "error", root: path.dirname(entry) },
      plugins: [{ name: "note", moduleParsed }],
      build: {
        ...{ outDir: out, emptyOutDir: false, lib: { entry, formats: ["es"], fileName: () => "bundle.mjs" } },
        rollupOptions: { external },
      },
    });
    return modules;
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
    const flat = (modules: Bundler[] = []): string[] =>
      modules.flatMap((module) => [String(module.name), ...flat(module.modules)]);
    return flat(stats.toJson({ all: false, modules: true, nestedModules: true, modulesSpace: Infinity }).modules);
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

/** Bundles that program; gives the folder of the bundle and the library's own modules in it. */
async function bundled(bundle: Bundle, name: string, door: string): Promise<{ folder: string; modules: string[] }> {
  const { project } = await packed();
  const entry = path.join(project, `${name}${door.replace("/", "-")}.mjs`);
  await writeFile(entry, program(door));
  const folder = `${entry}.out`;
  const modules = await bundle(entry, folder);
  const own = modules.flatMap((path) =>
    /respool\/((?:lib\/[\w/]+|mod)\.js)$/.exec(path.replaceAll("\\", "/"))?.[1] ?? []
  );
  return { folder, modules: [...new Set(own)].sort() };
}

const adapters = /^lib\/net\/(?:deno|bun|node|workerd|runtime_connector)\.js$/;

if (isNode) {
  const skip = skipWithout("bundlers", "deno");
  for (const [name, bundle] of Object.entries(bundlers)) {
    for (const runtime of ["node", "deno", "bun", "workerd"]) {
      test(`${name} takes the adapter of ${runtime} along and no other`, { skip }, async () => {
        const { modules } = await bundled(bundle, name, `/${runtime}`);
        assert.ok(modules.includes("lib/client/pool_client.js"));
        assert.deepEqual(modules.filter((path) => adapters.test(path)), [`lib/net/${runtime}.js`]);
      });
    }

    test(`${name} makes a program for Node that runs`, { skip: skip || skipWithoutProgram("redis") }, async () => {
      for (const door of ["/node", ""]) {
        const { folder } = await bundled(bundle, name, door);
        const server = await startRedis();
        try {
          const { stdout } = await run(process.execPath, [path.join(folder, "bundle.mjs"), server.url], {
            timeout: 20_000,
          });
          assert.equal(stdout, "PONG\n");
        } finally {
          await server.stop();
        }
      }
    });
  }

  test("no bundle of the main door asks for a module of workerd", { skip }, async () => {
    const { modules } = await bundled(bundlers.esbuild!, "esbuild", "");
    assert.deepEqual(modules.filter((path) => adapters.test(path)), [
      ...["lib/net/bun.js", "lib/net/deno.js", "lib/net/node.js", "lib/net/runtime_connector.js"],
    ]);
  });
}
