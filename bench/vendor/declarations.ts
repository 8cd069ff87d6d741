/**
 * One file of declarations out of many. Each module becomes a namespace, so that nothing has to be renamed, and its
 * imports become aliases:
 *
 * ```txt
 *   a.d.ts  export interface A {…}                  declare namespace a { interface A {…} }
 *   b.d.ts  import type { A } from "./a.js";   ─►   declare namespace b { import A = a.A; type B = A[]; }
 *           export type B = A[];                    export import B = b.B;
 * ```
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Gives the declarations of `entry`, a `.d.ts` file, and of all it refers to below `root`, as one file without imports. */
export function flattenDeclarations(root: string, entry: string): string {
  const modules = new Map<string, string>();
  collect(entry, modules);
  const nameOf = (path: string) => relative(root, path).replace(/\.d\.ts$/, "").replace(/\W/g, "_");
  const namespaces = Array.from(modules).filter(([path]) => path !== entry).map(([path, text]) =>
    `declare namespace ${nameOf(path)} {\n${asNamespace(text, path, nameOf)}\n}\n`
  );
  return namespaces.join("\n") + "\n" + asModule(modules.get(entry)!, entry, nameOf);
}

/** The names of a statement that imports or exports, and the module that it names. */
const statement = /^((?:[^\n]*\*\/ )?)(import|export) (?:type )?\{([^}]*)\} from "([^"]+)";[ ]*\n?/gm;

function collect(path: string, modules: Map<string, string>): void {
  if (modules.has(path)) return;
  const text = readFileSync(path, "utf8");
  modules.set(path, text);
  for (const [, , , , specifier = ""] of text.matchAll(statement)) collect(resolve(path, specifier), modules);
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) throw new Error(`${from} imports ${specifier}, which cannot be part of one file`);
  return join(dirname(from), specifier.replace(/\.js$/, ".d.ts"));
}

type NameOf = (path: string) => string;

function asNamespace(text: string, path: string, nameOf: NameOf): string {
  const aliases = aliased(text, path, nameOf, "import").replace(/\bexport declare /g, "export ");
  checkFlat(aliases, path);
  return aliases.trimEnd().replace(/^(?=.)/gm, "  ");
}

function asModule(text: string, path: string, nameOf: NameOf): string {
  const flat = aliased(text, path, nameOf, "export import");
  checkFlat(flat, path);
  return flat;
}

/** Writes imports as aliases, and exports of other modules' names as `exported` aliases. */
function aliased(text: string, path: string, nameOf: NameOf, exported: string): string {
  return text.replace(statement, (_, before: string, verb: string, names: string, specifier: string) => {
    const module = nameOf(resolve(path, specifier));
    const lines = names.split(",").map((name) => name.trim().replace(/^type /, "")).filter(Boolean).map((name) => {
      const [from = "", as = from] = name.split(/ as /);
      return `${verb === "import" ? "import" : exported} ${as} = ${module}.${from};\n`;
    });
    return `${before && `${before.trimEnd()}\n`}${lines.join("")}`;
  });
}

/** Whatever is not one of the forms above must not pass unseen. */
function checkFlat(text: string, path: string): void {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "");
  const found = /\bfrom "|\bimport\(|\bexport default\b|\bexport \{/.exec(code);
  if (found !== null) throw new Error(`${path} has ${found[0]}, which cannot be part of one file`);
}
