/**
 * Copies of the library, one for each variant: what the engine learns from one must not help or hinder another.
 *
 * @module
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CreatePool } from "../../lib/client/create_pool.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A statement of a file, and what stands in its place where nothing is counted. */
type Cut = readonly [file: string, statement: string, instead: string];

/** Everything that a command without options costs for the sake of numbers, observers and tracers. */
const cuts: readonly Cut[] = [
  [
    "lib/connection/read_side.ts",
    "if (isError) ring.failed(ring.head, value);",
    "",
  ],
  [
    "lib/connection/read_side.ts",
    "else if (!call?.hasDeadline && call !== ownCall) ring.outcomes.ok++;",
    "",
  ],
  ["lib/connection/read_side.ts", "answered++;", ""],
  ["lib/connection/read_side.ts", "ring.outcomes.ok += answered;", ""],
  ["lib/client/lane.ts", "connection.ring.times = this.times;", ""],
  [
    "lib/client/pool_client.ts",
    "if (--this.#watch.unwatched >= 0 && this.#lane.load.count > 0) return this.#lane.send(args, call);",
    "return this.#lane.send(args, call);",
  ],
];

/** A folder of copies, to be removed when they are not needed any more. */
export class Copies {
  readonly #folder = mkdtempSync(join(tmpdir(), "respool-overhead-"));

  /** The way in to one more copy of the library; without its numbers when it is `bare`. */
  async add(name: string, bare: boolean): Promise<CreatePool> {
    const folder = join(this.#folder, name);
    cpSync(join(root, "lib"), join(folder, "lib"), { recursive: true });
    cpSync(join(root, "mod.ts"), join(folder, "mod.ts"));
    if (bare) { for (const cut of cuts) take(folder, cut); }
    return (await import(pathToFileURL(join(folder, "mod.ts")).href))
      .createPool;
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function take(folder: string, [file, statement, instead]: Cut): void {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  if (text.split(statement).length !== 2) {
    throw new Error(`${file} does not hold this once: ${statement}`);
  }
  writeFileSync(path, text.replace(statement, () => instead));
}
