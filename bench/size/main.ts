/**
 * The `size` task: what each door weighs.
 *
 * ```sh
 * deno task size
 * ```
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { measureDoors, renderDoors } from "./doors.ts";

const config = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8")) as {
  exports: Record<string, string>;
};
console.log(renderDoors(measureDoors(process.execPath, Object.keys(config.exports))).join("\n"));
