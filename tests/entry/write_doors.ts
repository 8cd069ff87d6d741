/**
 * Writes the doors of the runtimes after the main door has changed:
 *
 * ```sh
 * deno run -A tests/entry/write_doors.ts && deno fmt lib/entry
 * ```
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type DoorName, doorText, doorTitles } from "./door_text.ts";

const root = new URL("../../", import.meta.url);
const main = readFileSync(new URL("mod.ts", root), "utf8");
for (const name of Object.keys(doorTitles) as DoorName[]) {
  writeFileSync(new URL(`lib/entry/${name}.ts`, root), doorText(name, main));
}
