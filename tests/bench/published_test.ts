/** Every number that the documents publish comes from the file of results. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { begin, end } from "../../bench/report/embed.ts";
import { makePages, resultsFile } from "../../bench/report/pages.ts";
import { readReport } from "../../bench/report/report_file.ts";
import { root } from "../support/runtimes.ts";
import { claimsIn } from "./claims.ts";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const results = read(resultsFile);

for (const [path, text] of makePages(results, read)) {
  test(`the numbers of ${path} are those of ${resultsFile}`, () => {
    const written = read(path);
    if (path.endsWith(".md")) assert.ok(written.includes(begin) && written.includes(end));
    // Not assert.equal, which would print both of them.
    assert.ok(written === text, "run: deno task bench:publish");
  });
}

const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];
const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`);

for (const path of [...documents, ...pages]) {
  test(`${path} claims no speed besides the numbers that are made of results`, () => {
    assert.deepEqual(claimsIn(read(path)), []);
  });
}

test("each part that a program made names a program that is there", () => {
  const programs = [...documents, ...pages].flatMap((path) =>
    Array.from(read(path).matchAll(/<!-- [^\n]*?(bench\/[\w/]+\.ts)/g), ([, program]) => program!)
  );
  assert.ok(programs.includes("bench/publish.ts"));
  for (const program of programs) assert.ok(existsSync(join(root, program)), program);
});

test("what is published was measured with respool and a bare socket, in rounds, on a machine that is named", () => {
  const { machine, rounds, tables } = readReport(results);
  assert.ok(machine.processor.length > 0 && rounds >= 1);
  const clients = new Set(tables.flatMap(({ table }) => table.rows.map(({ client }) => client)));
  assert.ok(clients.has("respool") && clients.has("raw"));
});

test("no figure of what is published is a zero that stands for nothing", () => {
  for (const { family, table } of readReport(results).tables) {
    if (family !== "load") continue;
    for (const { client, rate } of table.rows) {
      assert.ok(rate.least > 0, `${client} at ${table.workload} on ${table.runtime}`);
    }
  }
});
