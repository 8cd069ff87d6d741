/**
 * The doctor as a program: reads the command line, shows progress, writes the report.
 *
 * @module
 */
import { ArgumentError, RedisError } from "../errors.ts";
import type { Terminal } from "../net/runtime.ts";
import type { Examine, ExamineOptions } from "./examine.ts";
import { renderReport } from "./page.ts";

/** What `--help` prints. */
export const helpText = `respool doctor <url> [--json] [--seconds n]

Connects to a Redis, Valkey or Dragonfly server, measures it and recommends the options of a pool. It writes nothing to
the server; for about ten seconds it keeps it busy.

  <url>          redis://user:password@host:6379/0, rediss://…, unix:/path, or host:port
  --json         the report as JSON
  --seconds n    how long each of the fourteen loads lasts; default 0.5
  --help         this text

Ends with 0, or with 1 when the command line is wrong or the server cannot be examined.
`;

interface CommandLine {
  url: string | undefined;
  json: boolean;
  help: boolean;
  loadMs: number;
}

/** Runs the doctor in a terminal. Everything that fails is told in one line. */
export async function runDoctor(examine: Examine, terminal: Terminal): Promise<void> {
  try {
    terminal.write(await answer(examine, terminal));
  } catch (error) {
    hideStep(terminal);
    terminal.writeError(`respool doctor: ${reasonOf(error)}\n`);
    terminal.exitWith(1);
  }
}

async function answer(examine: Examine, terminal: Terminal): Promise<string> {
  const { url, json, help, loadMs } = readCommandLine(terminal.args);
  if (help) return helpText;
  if (url === undefined) throw usage("it needs the URL of a server");
  const options: ExamineOptions = { loadMs, onStep: stepShower(terminal) };
  const report = await examine(url, options);
  hideStep(terminal);
  return json ? `${JSON.stringify(report, null, 2)}\n` : renderReport(report);
}

function readCommandLine(args: readonly string[]): CommandLine {
  const line: CommandLine = { url: undefined, json: false, help: false, loadMs: 500 };
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--help" || word === "-h") line.help = true;
    else if (word === "--json") line.json = true;
    else if (word === "--seconds") line.loadMs = readSeconds(rest.shift());
    else if (word.startsWith("-")) throw usage("an option is unknown");
    else if (line.url !== undefined) throw usage("it takes one URL");
    else line.url = word;
  }
  return line;
}

function readSeconds(text: string | undefined): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 60)) throw usage("--seconds takes a number above 0, up to 60");
  return seconds * 1000;
}

function usage(problem: string): ArgumentError {
  return new ArgumentError("INVALID_ARG", `${problem}; --help tells more`, "args");
}

/** The error in one line; what led to it is added where the error itself does not say it. */
function reasonOf(error: unknown): string {
  const text = error instanceof RedisError ? `${error.message} (${error.code})` : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ");
}

/** On a terminal the current step replaces the last one; elsewhere nothing is shown. */
function stepShower(terminal: Terminal): (step: string) => void {
  return (step) => {
    if (terminal.isWatched) terminal.writeError(`\r\x1b[2K${step} …`);
  };
}

function hideStep(terminal: Terminal): void {
  if (terminal.isWatched) terminal.writeError("\r\x1b[2K");
}
