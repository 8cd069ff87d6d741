import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOnly, parse } from "./source_file.ts";

/** The code without the blanks. */
function words(text: string): string {
  const code = codeOnly(text);
  assert.equal(code.length, text.length);
  return code.replace(/\s+/g, " ").trim();
}

test("comments and what strings hold are blanked, positions stay", () => {
  assert.equal(words('a; // b "c"\n/* d\n` */ e("f // g", \'h\\\'i\');'), `a; e(" ", ' ');`);
  assert.equal(codeOnly("/*\n*/x"), "  \n  x");
});

test("a template's text is blanked, the code in it is not", () => {
  assert.equal(words("`a${b(`c${d}`, { e: '}' })}f$g`; h"), "` ${b(` ${d}`, { e: ' ' })} `; h");
});

test("a regular expression is told from a division", () => {
  assert.equal(words('x = /["/*]`/.exec(y); z'), "x = / /.exec(y); z");
  assert.equal(words('a / b; c = "d" / e; f(g) / h'), 'a / b; c = " " / e; f(g) / h');
  assert.equal(words("return /'/;"), "return / /;");
});

test("every kind of import is found, and none in a comment or a string", () => {
  const file = parse(
    "lib/pool/pool.ts",
    `import type { A } from "./a.ts";
import {
  type B,
} from "../base/b.ts";
import "./side_effect.ts";
export { c } from '../errors.ts';
const d = await import("node:net");
type E = import("../../mod.ts").E;
// import "./comment.ts";
const f = 'import "./string.ts"';
Array.from("not a specifier");`,
  );
  assert.deepEqual(file.imports, [
    { specifier: "./a.ts", path: "lib/pool/a.ts" },
    { specifier: "../base/b.ts", path: "lib/base/b.ts" },
    { specifier: "./side_effect.ts", path: "lib/pool/side_effect.ts" },
    { specifier: "../errors.ts", path: "lib/errors.ts" },
    { specifier: "node:net", path: undefined },
    { specifier: "../../mod.ts", path: "mod.ts" },
  ]);
});
