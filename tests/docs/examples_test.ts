/** The scripts of the tuning guide run, print what the guide quotes, and show what it says they show. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../docs/examples/", import.meta.url));
const guide = readFileSync(new URL("../../docs/tuning.md", import.meta.url), "utf8");
const scripts = readdirSync(folder).filter((name) => name.endsWith(".ts")).sort();

/** What the guide quotes below the link to each script. */
const quotes = new Map(
  Array.from(guide.matchAll(/\(examples\/(\w+\.ts)\)[^`]*(?:`[^`\n]+`[^`]*)*?```txt\n([\s\S]*?)```/g))
    .map(([, script = "", quote = ""]) => [script, quote]),
);

async function print(script: string): Promise<string> {
  const args = "Deno" in globalThis ? ["run", "-A", "--no-check", folder + script] : [folder + script];
  const { stdout } = await run(process.execPath, args, { timeout: 60_000 });
  return stdout;
}

/** The text without its figures, which are other ones each time. */
function shape(text: string): string {
  return text.replaceAll(/\d+(?:\.\d+)?/g, "#");
}

/** The figures that a pattern finds, each group a number. */
function figures(text: string, pattern: RegExp): number[] {
  const [, ...found] = pattern.exec(text) ?? assert.fail(`${pattern} is not in ${text}`);
  return found.map(Number);
}

/** What each script shows, as a check of its output. */
const claims: Readonly<Record<string, (text: string) => void>> = {
  "cold_start.ts"(text) {
    const [cold, coldMs, warm, warmMs] = figures(text, /(\d+) leases[^]*? (\d+) ms[^]*?8: (\d+) leases[^]*? (\d+) ms/);
    assert.deepEqual([cold, warm], [0, 8]);
    assert.ok(coldMs! > warmMs!);
  },
  "large_values.ts"(text) {
    const [one, two] = figures(text, /takes ([\d.]+) ms[^]*takes ([\d.]+) ms/);
    assert.ok(one! > two!);
  },
  "leak.ts"(text) {
    const [heldMs, leaks] = figures(text, /held for (\d+) ms, acquired in forgetful\n(\d+) leak/);
    assert.ok(heldMs! >= 200);
    assert.equal(leaks, 1);
  },
  "outage.ts"(text) {
    assert.match(text, /wait: POOL_TIMEOUT[^]*reject: CIRCUIT_OPEN/);
    const [waitMs, rejectMs] = figures(text, /after (\d+) ms[^]*after (\d+) ms/);
    assert.ok(waitMs! >= 290 && rejectMs! < waitMs!);
  },
  "slots_are_short.ts"(text) {
    const [few, many] = figures(text, /maxSize 2: (\d+) waiting[^]*maxSize 8: (\d+) waiting/);
    assert.ok(few! > 0);
    assert.equal(many, 0);
    const [atOnce, afterWait] = figures(text, /(\d+) at once, (\d+) after/);
    assert.ok(afterWait! > atOnce!);
  },
  "who_is_slow.ts"(text) {
    const line = (title: string) => {
      return figures(text, new RegExp(`${title}: wait ([\\d.]+) ms, connect ([\\d.]+) ms, command ([\\d.]+) ms`));
    };
    const [[slowWait, slowConnect, slowCommand], [smallWait]] = [line("a slow network"), line("a small pool")];
    assert.ok(slowConnect! >= 9.5 && slowCommand! >= 9.5, "both contain the delay");
    assert.ok(smallWait! > slowWait!);
  },
};

test("every script is in the guide, and what it shows is checked", () => {
  assert.deepEqual([...quotes.keys()].sort(), scripts);
  assert.deepEqual(Object.keys(claims).sort(), scripts);
});

for (const script of scripts) {
  test(`${script} prints what the guide quotes and shows what it says`, async () => {
    const text = await print(script);
    assert.equal(shape(text), shape(quotes.get(script) ?? ""));
    claims[script]?.(text);
    claims[script]?.(quotes.get(script) ?? "");
  });
}
