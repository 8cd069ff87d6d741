/** The comparison as tables of a Markdown page. */
import type { Settings } from "./contenders.ts";

/** What one client did in one case on one runtime. */
export interface Row {
  readonly runtime: string;
  readonly number: string;
  readonly title: string;
  readonly client: string;
  readonly settings: Settings;
  readonly holds: boolean;
  readonly says: string;
}

const begin = "<!-- comparison: written by `deno task faults --compare --write` -->";
const end = "<!-- end of comparison -->";

/** Puts the tables between the marks of a page. */
export function markdownOf(
  rows: readonly Row[],
  versions: readonly string[],
  page: string,
): string {
  const [before, rest = ""] = page.split(begin);
  const [, after = ""] = rest.split(end);
  const runtimes = [...new Set(rows.map(({ runtime }) => runtime))];
  const tables = runtimes.flatMap((runtime) => tableOf(runtime, rows.filter((row) => row.runtime === runtime)));
  const lines = [
    begin,
    "",
    "<!-- deno-fmt-ignore-start -->",
    "",
    `Clients: ${versions.join(", ")}.`,
    ...tables,
  ];
  return `${before}${[...lines, "", "<!-- deno-fmt-ignore-end -->", "", end].join("\n")}${after}`;
}

function tableOf(runtime: string, rows: readonly Row[]): string[] {
  const lines = ["", `### ${runtime[0]!.toUpperCase()}${runtime.slice(1)}`];
  for (const number of new Set(rows.map((row) => row.number))) {
    const own = rows.filter((row) => row.number === number);
    lines.push(
      "",
      `**${number}** ${own[0]!.title}`,
      "",
      "| client | as it comes | tuned |",
      "| --- | --- | --- |",
    );
    for (const client of new Set(own.map((row) => row.client))) {
      const cell = (settings: Settings) =>
        cellOf(
          own.find((row) => row.client === client && row.settings === settings),
        );
      lines.push(`| ${client} | ${cell("defaults")} | ${cell("tuned")} |`);
    }
  }
  return lines;
}

function cellOf(row: Row | undefined): string {
  if (row === undefined) return "not run";
  return `${row.holds ? "holds" : "**does not hold**"}: ${row.says.replaceAll("|", "/")}`;
}
