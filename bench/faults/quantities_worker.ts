/** Measures every promised number on the runtime that runs this, and prints a line of JSON for each. */
import process from "node:process";
import { quantities } from "./quantities.ts";
import type { Measured, QuantityLine } from "./quantity.ts";

const [words] = process.argv.slice(2);
for (const { title, target, measure } of quantities) {
  if (words !== undefined && !title.includes(words)) continue;
  const measured = await measure().catch((error): Measured => ({
    value: `failed: ${error}`,
    isMet: false,
  }));
  const line: QuantityLine = { title, target, ...measured };
  console.log(JSON.stringify(line));
}
process.exit();
