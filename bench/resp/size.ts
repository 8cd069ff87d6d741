/**
 * The size of the codec alone: `./resp` bundled, minified and gzipped, against its limit.
 *
 * ```sh
 * npm install --prefix bench && deno run -A bench/resp/size.ts      # also: bun, node
 * ```
 *
 * @module
 */
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

interface Esbuild {
  buildSync(
    options: Record<string, unknown>,
  ): { outputFiles: { contents: Uint8Array }[] };
}

const limit = 4096;
const { buildSync } = createRequire(
  new URL("../package.json", import.meta.url),
)("esbuild") as Esbuild;
const { outputFiles } = buildSync({
  entryPoints: [
    fileURLToPath(new URL("../../lib/entry/resp.ts", import.meta.url)),
  ],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  write: false,
});
const { contents } = outputFiles[0]!;
const { length } = gzipSync(contents, { level: 9 });
console.log(
  `./resp: ${contents.length} bytes minified, ${length} gzipped (at most ${limit})`,
);
if (length > limit) process.exitCode = 1;
