/** Puts one client through one case and prints the verdict: `case client settings`. */
import process from "node:process";
import { contenders, type Settings } from "./contenders.ts";
import { contestCases, type Verdict } from "./contest_cases.ts";

const [number, name, settings] = process.argv.slice(2) as [
  string,
  string,
  Settings,
];
const entry = contenders.find((one) => one.name === name)!;
const contest = contestCases.find((one) => one.number === number)!;

let escaped = 0;
// A client that lets errors escape is to be seen, not to take its judge along.
process.on("uncaughtException", () => escaped++);
process.on("unhandledRejection", () => escaped++);

const events: unknown[] = [];
const verdict = await contest.play({
  entry,
  settings,
  events,
  connect: (port, password) => {
    const place = password === undefined ? { port } : { port, password };
    return entry.connect(place, settings, (error) => events.push(error));
  },
}).catch((error): Verdict => ({
  holds: false,
  says: `the client failed: ${String(error).slice(0, 80)}`,
}));
const says = escaped > 0 ? `${verdict.says}; an error escapes` : verdict.says;
console.log(JSON.stringify({ holds: verdict.holds && escaped === 0, says }));
process.exit();
