/** Puts every client through the ten cases, as it comes and tuned, on each runtime, and prints who does what. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Runtime } from "../../tests/support/runtimes.ts";
import { installRivals } from "../run/install_rivals.ts";
import { type ContenderEntry, contenders, type Settings } from "./contenders.ts";
import { contestCases, type Verdict } from "./contest_cases.ts";
import { markdownOf, type Row } from "./comparison_page.ts";

const worker = fileURLToPath(new URL("contest_worker.ts", import.meta.url));
const page = fileURLToPath(
  new URL("../../docs/reliability.md", import.meta.url),
);
const allSettings: readonly Settings[] = ["defaults", "tuned"];
const limitMs = 120_000;
/** Cases in which memory is weighed. */
const weighing = new Set(["M01", "Q10"]);

/** Runs one case in a process of its own; one that does not end in time is its client's failure. */
function judge(
  { name, path }: Runtime,
  number: string,
  client: string,
  settings: Settings,
): Promise<Verdict> {
  const run = name === "deno" ? ["run", "-A", "--no-check"] : [];
  return new Promise((resolve) => {
    const options = { timeout: limitMs, killSignal: "SIGKILL" } as const;
    execFile(
      path,
      [...run, worker, number, client, settings],
      options,
      (error, stdout) => {
        const line = stdout.trim().split("\n").at(-1) ?? "";
        if (line.startsWith("{")) resolve(JSON.parse(line) as Verdict);
        else {resolve({
            holds: false,
            says: error?.killed ? "the process hangs" : "the process dies",
          });}
      },
    );
  });
}

/** What a process or a machine does besides may spoil a try that weighs memory. */
async function judgeFairly(...args: Parameters<typeof judge>): Promise<Verdict> {
  let verdict = await judge(...args);
  for (let tries = 1; tries < 3 && !verdict.holds && weighing.has(args[1]); tries++) verdict = await judge(...args);
  return verdict;
}

function here(runtime: Runtime): ContenderEntry[] {
  return contenders.filter(({ only, version }) => {
    return only === undefined ? version() !== undefined : only === runtime.name;
  });
}

/** Compares, and writes the page when told to. Returns whether all cases hold for respool. */
export async function runComparison(
  runtimes: readonly Runtime[],
  isWriting: boolean,
): Promise<boolean> {
  installRivals(["ioredis", "redis"]);
  const rows: Row[] = [];
  for (const runtime of runtimes) {
    for (const { number, title } of contestCases) {
      console.log(
        `\n${number} on ${runtime.name} ${runtime.version}: ${title}`,
      );
      for (const { name } of here(runtime)) {
        for (const settings of allSettings) {
          const verdict = await judgeFairly(runtime, number, name, settings);
          rows.push({
            runtime: `${runtime.name} ${runtime.version}`,
            number,
            title,
            client: name,
            settings,
            ...verdict,
          });
          console.log(
            `  ${verdict.holds ? "holds " : "DOES NOT"}  ${name}, ${settings}: ${verdict.says}`,
          );
        }
      }
    }
  }
  if (isWriting) {
    const versions = contenders.map(({ name, only, version }) => `${name} ${only ?? version() ?? "not installed"}`);
    writeFileSync(page, markdownOf(rows, versions, readFileSync(page, "utf8")));
  }
  const broken = rows.filter(({ client, holds }) => client === "respool" && !holds);
  console.log(
    broken.length === 0 ? "\nall cases hold for respool" : `\n${broken.length} do not hold for respool`,
  );
  return broken.length === 0;
}
