/**
 * Reads the JUnit XML that `deno test`, `bun test` and `node --test` write, each in its own dialect. It knows only
 * what these three write: test cases that hold at most a failure, an error or a skip.
 *
 * @module
 */

/** What became of one test. */
export interface TestCase {
  /** The test's name. */
  readonly name: string;
  /** The file it is in, as the runner wrote it. */
  readonly file: string;
  /** How it ended. */
  readonly result: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped, where the runner says. */
  readonly reason: string;
}

/** Lists the test cases of a report in order. */
export function readJunit(xml: string): TestCase[] {
  const cases: TestCase[] = [];
  for (
    const [, head = "", , body = ""] of xml.matchAll(/<testcase\b((?:"[^"]*"|[^">])*?)(\/>|>([^]*?)<\/testcase>)/g)
  ) {
    const given = attributes(head);
    const file = given.get("file") ?? given.get("classname") ?? "";
    cases.push({ name: given.get("name") ?? "", file, ...outcome(body) });
  }
  return cases;
}

function outcome(body: string): Pick<TestCase, "result" | "reason"> {
  const skipped = /<skipped\b((?:"[^"]*"|[^">])*?)\/?>/.exec(body);
  // Node escapes the reason of a skip twice.
  if (skipped) return { result: "skipped", reason: unescape(attributes(skipped[1] ?? "").get("message") ?? "") };
  const failed = /<(failure|error)\b(?:"[^"]*"|[^">])*>([^]*)<\/\1>/.exec(body);
  if (failed) return { result: "failed", reason: unescape(failed[2] ?? "").trim() };
  return { result: /<(failure|error)\b/.test(body) ? "failed" : "passed", reason: "" };
}

function attributes(text: string): Map<string, string> {
  return new Map(
    Array.from(text.matchAll(/([\w:-]+)="([^"]*)"/g), ([, name = "", value = ""]) => [name, unescape(value)]),
  );
}

const entities: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescape(text: string): string {
  return text.replace(/&(?:(lt|gt|quot|apos|amp)|#(\d+)|#x([\da-fA-F]+));/g, (_, name, decimal, hex) => {
    if (name !== undefined) return entities[name] ?? "";
    return String.fromCodePoint(decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
