import { test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { libraryName, libraryVersion } from "../../lib/connection/library.ts";

const config = JSON.parse(readFileSync(new URL("../../deno.json", import.meta.url), "utf8"));

test("the server is told the name and the version of the package", () => {
  assert.equal(libraryVersion, config.version);
  assert.ok(config.name.endsWith(`/${libraryName}`));
});

test("CLIENT SETINFO accepts both: printable ASCII without spaces", () => {
  for (const text of [libraryName, libraryVersion]) assert.match(text, /^[!-~]+$/);
});
