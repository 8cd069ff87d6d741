/**
 * The `top` task: a live view of pools in the terminal.
 *
 * ```sh
 * deno task top                                  # a demo load on a server found here
 * deno task top redis://localhost:6379           # the same on this server
 * deno task top http://localhost:9464/metrics    # pools of another process
 * deno task top --once                           # one view, then the end
 * ```
 *
 * @module
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { parseExposition } from "./top/exposition.ts";
import { type Figures, figuresOf, type Page } from "./top/figures.ts";
import { screen } from "./top/screen.ts";
import { openSource, type Source } from "./top/source.ts";

const historyLength = 40;

interface CommandLine {
  readonly url: string | undefined;
  readonly once: boolean;
  readonly intervalMs: number;
}

function readCommandLine(): CommandLine {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      once: { type: "boolean", default: false },
      seconds: { type: "string", default: "1" },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= 3600)) {
    throw new Error("--seconds takes a number above 0, up to 3600");
  }
  if (positionals.length > 1) throw new Error("one URL is enough");
  return { url: positionals[0], once: values.once, intervalMs: seconds * 1000 };
}

async function readPage(source: Source): Promise<Page> {
  const samples = parseExposition(await source.read());
  return { at: performance.now(), samples };
}

async function watch(
  source: Source,
  { once, intervalMs }: CommandLine,
): Promise<void> {
  const history = new Map<string, number[]>();
  for (let before = await readPage(source);;) {
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
    const after = await readPage(source);
    const pools = figuresOf(before, after);
    if (pools.length === 0) {
      throw new Error(`there are no pools on ${source.title}`);
    }
    remember(history, pools);
    const text = screen(`respool top – ${source.title}`, pools, history);
    if (once) return console.log(text);
    process.stdout.write(`\x1b[H\x1b[2J${text}\nCtrl-C ends it\n`);
    before = after;
  }
}

function remember(
  history: Map<string, number[]>,
  pools: readonly Figures[],
): void {
  for (const { pool, perSecond } of pools) {
    history.set(
      pool,
      [...history.get(pool) ?? [], perSecond].slice(-historyLength),
    );
  }
}

try {
  const line = readCommandLine();
  const source = await openSource(line.url);
  try {
    await watch(source, line);
  } finally {
    await source.stop();
  }
} catch (error) {
  console.error(
    `respool top: ${error instanceof Error ? error.message : error}`,
  );
  process.exitCode = 1;
}
