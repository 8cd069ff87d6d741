/**
 * The rules of the house, as functions from source files to complaints. A complaint names the file, so that an empty
 * list means that the rule is kept.
 *
 * @module
 */
import { posix } from "node:path";
import type { SourceFile } from "./source_file.ts";

/** Files that belong together; `path` is a folder with its `/` or a file. */
interface Room {
  readonly rank: number;
  readonly paths: readonly string[];
  /** When given, the only other rooms whose files may be imported. */
  readonly knows?: readonly string[];
}

/** A file imports its own room and strictly lower ranks, nothing else. */
const rooms: readonly Room[] = [
  { rank: 0, paths: ["lib/base/", "lib/errors.ts"] },
  { rank: 1, paths: ["lib/resp/"] },
  { rank: 1, paths: ["lib/observability/"] },
  { rank: 2, paths: ["lib/net/"] },
  { rank: 2, paths: ["lib/commands/"] },
  { rank: 3, paths: ["lib/connection/"] },
  { rank: 4, paths: ["lib/pool/"], knows: ["lib/base/", "lib/errors.ts", "lib/observability/"] },
  { rank: 5, paths: ["lib/client/"] },
  { rank: 6, paths: ["lib/cluster/"] },
  { rank: 6, paths: ["lib/sentinel/"] },
  { rank: 7, paths: ["lib/testing/"] },
  { rank: 7, paths: ["lib/doctor/"] },
  { rank: 8, paths: ["lib/entry/"] },
  { rank: 8, paths: ["mod.ts"] },
];

const adapters = ["deno", "bun", "node", "workerd"].map((name) => `lib/net/${name}.ts`);
/** Files that may speak of one runtime: the adapters, what chooses among them, and servers for tests. */
const runtimePlaces = [...adapters, "lib/net/runtime.ts", "lib/testing/"];

function isWithin(path: string, places: readonly string[]): boolean {
  return places.some((place) => path === place || (place.endsWith("/") && path.startsWith(place)));
}

function roomOf(path: string): Room | undefined {
  return rooms.find(({ paths }) => isWithin(path, paths));
}

/** Imports that go up, sideways, or out of the library. */
export function layerProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const room = roomOf(path);
    if (room === undefined) return [`${path} is in no room of the library`];
    return imports.flatMap((one) => one.path === undefined ? [] : importProblems(path, room, one.path));
  });
}

function importProblems(from: string, room: Room, to: string): string[] {
  const target = roomOf(to);
  if (target === room) return [];
  if (target === undefined) return [`${from} imports ${to}, which is not part of the library`];
  if (target.rank >= room.rank) return [`${from} (rank ${room.rank}) imports ${to} (rank ${target.rank})`];
  if (room.knows !== undefined && !isWithin(to, room.knows)) return [`${from} imports ${to}, which it may not know`];
  return [];
}

/** Cycles of imports, types included, each told once. */
export function cycleProblems(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports.flatMap(({ path }) => path ?? [])]));
  const problems: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) problems.push([...trail.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return problems;
}

/** Words and modules of one runtime, outside the adapters and `lib/testing/`. */
export function runtimeWordProblems(file: SourceFile): string[] {
  if (isWithin(file.path, runtimePlaces)) return [];
  const words = file.code.match(
    /(?<![.\w$])(?:Deno|Bun|process)\s*\??\.|\bglobalThis\s*\??\.\s*(?:Deno|Bun|process)\b|\bBuffer\b/g,
  );
  const modules = file.imports.flatMap(({ specifier }) => /^(?:node|bun|cloudflare):/.exec(specifier)?.[0] ?? []);
  return [...words ?? [], ...modules].map((word) => `${file.path} says ${word}`);
}

/** Imports from outside: the library depends on nothing but the runtime. Relative ones end in `.ts`. */
export function specifierProblems({ path, imports }: SourceFile): string[] {
  return imports.filter(({ specifier }) => !/^\.\.?\/.*\.ts$|^(?:node|bun|cloudflare):/.test(specifier))
    .map(({ specifier }) => `${path} imports ${specifier}`);
}

/** `export *`: a door says what it holds. */
export function exportStarProblems({ path, code }: SourceFile): string[] {
  return /\bexport\s*(?:type\s*)?\*/.test(code) ? [`${path} has an export *`] : [];
}

/** Files of the library without their tests. A file of types only has nothing that could be tested. */
export function mirrorProblems(files: readonly SourceFile[], tests: ReadonlySet<string>): string[] {
  return files.filter((file) => !holdsOnlyTypes(file)).map(({ path }) => ({ path, mirror: mirrorOf(path) }))
    .filter(({ mirror }) => !tests.has(mirror))
    .map(({ path, mirror }) => `${path} has no ${mirror}`);
}

/** Doors share one file of tests, and one suite runs on every adapter. */
function mirrorOf(path: string): string {
  if (isWithin(path, ["mod.ts", "lib/entry/"])) return "tests/entry/doors_test.ts";
  if (isWithin(path, adapters)) return "tests/net/socket_suite_test.ts";
  return posix.join("tests", posix.relative("lib", path.replace(/\.ts$/, "_test.ts")));
}

/** Every statement begins in the first column, so a value that is exported or a statement that runs does, too. */
function holdsOnlyTypes({ code }: SourceFile): boolean {
  return !/^(?!(?:export )?(?:type|interface|import type|declare)\b)\w/m.test(code.replace(/^import\b[^;]*;/gm, ""));
}

/** What Node 20 or 22 cannot run: `using` and `Promise.withResolvers`. */
export function newSyntaxProblems({ path, code }: SourceFile): string[] {
  const found = code.match(/\busing\s+[\w$]+\s*(?:=|of\b|:)|\bPromise\s*\.\s*withResolvers\b/g);
  return (found ?? []).map((text) => `${path} has ${text}`);
}

/** What cannot be erased to leave JavaScript, and decorators. */
export function erasableProblems({ path, code }: SourceFile): string[] {
  const found = code.match(/\benum\s+[\w$]+\s*\{|\b(?:namespace|module)\s+[\w$.]+\s*\{|^\s*@\w+/gm) ?? [];
  const constructors = Array.from(code.matchAll(/\bconstructor\s*\(/g), ({ index }) => parameters(code, index));
  const properties = constructors.filter((text) =>
    /[(,]\s*(?:public|private|protected|readonly|override)\s+[\w$\s]+[?:=]/.test(text)
  );
  return [...found.map((text) => text.trim()), ...properties.map(() => "a parameter property")]
    .map((text) => `${path} has ${text}`);
}

/** The text from here to the parenthesis that closes the first one. */
function parameters(code: string, from: number): string {
  let depth = 0;
  for (let at = code.indexOf("(", from); at < code.length; at++) {
    if (code[at] === "(") depth++;
    else if (code[at] === ")" && --depth === 0) return code.slice(from, at);
  }
  return code.slice(from);
}

/** Exported declarations without a doc comment. Overloads share the one of the first. */
export function undocumentedProblems({ path, text, code }: SourceFile): string[] {
  const declaration =
    /^export (?:default |declare |abstract |async )*(?:const|let|function\*?|class|interface|type) +([\w$]+)/gm;
  const seen = new Set<string>();
  return Array.from(code.matchAll(declaration)).flatMap(({ index, 1: name = "" }) => {
    const isOverload = seen.has(name);
    seen.add(name);
    return isOverload || hasDocComment(text.slice(0, index)) ? [] : [`${path}: ${name} has no doc comment`];
  });
}

function hasDocComment(before: string): boolean {
  const trimmed = before.trimEnd();
  return trimmed.endsWith("*/") && trimmed.startsWith("/**", trimmed.lastIndexOf("/*"));
}
