import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./support/runtimes.ts";

test("every line of the security checklist names files that exist", () => {
  const [, checked = ""] = readFileSync(join(root, "SECURITY.md"), "utf8").split("## Checked\n");
  const lines = checked.split("\n## ")[0]!.split(/^- /m).slice(1);
  assert.ok(lines.length >= 20, `${lines.length} lines`);
  for (const line of lines) {
    const paths = Array.from(line.matchAll(/`([\w./-]+\/[\w.-]+\.\w+)`/g), ([, path]) => path!);
    assert.notEqual(paths.length, 0, `no file holds this line: ${line}`);
    assert.deepEqual(paths.filter((path) => !existsSync(join(root, path))), [], line);
  }
});
