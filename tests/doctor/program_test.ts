import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { adviseOn } from "../../lib/doctor/advice.ts";
import type { Examine } from "../../lib/doctor/examine.ts";
import { helpText, runDoctor } from "../../lib/doctor/program.ts";
import type { DoctorReport } from "../../lib/doctor/report.ts";
import { ConnectError } from "../../lib/errors.ts";
import { startMemoryServer } from "../../lib/testing/memory_server.ts";
import { near } from "./figures.ts";

const server = { product: "redis" };
const advice = adviseOn(server, near);
const report: DoctorReport = { endpoint: "here:1", tls: true, server, measured: near, advice, findings: [] };
const healthy: Examine = (_, options) => {
  options?.onStep?.("connecting");
  return Promise.resolve(report);
};

/** Runs the program with these words; gives what it wrote. */
async function run(args: string[], examine: Examine = healthy, isWatched = false) {
  const result = { out: "", error: "", code: 0 };
  await runDoctor(examine, {
    args,
    isWatched,
    write: (text) => void (result.out += text),
    writeError: (text) => void (result.error += text),
    exitWith: (code) => void (result.code = code),
  });
  return result;
}

test("the report is text, or JSON when that is asked for", async () => {
  const { out, error, code } = await run(["redis://here:1"]);
  assert.match(out, /^server {6}redis at here:1$/m);
  assert.deepEqual([error, code], ["", 0]);
  const json = await run(["redis://here:1", "--json"]);
  assert.deepEqual(JSON.parse(json.out), report);
});

test("--help is printed, whatever else there is", async () => {
  for (const args of [["--help"], ["-h"], ["redis://here:1", "--help"]]) {
    assert.deepEqual(await run(args), { out: helpText, error: "", code: 0 });
  }
});

test("a wrong command line is told in one line", async () => {
  const wrong = [[], ["--fast", "u"], ["a", "b"], ["a", "--seconds"], ["a", "--seconds", "0"], [
    "a",
    "--seconds",
    "soon",
  ]];
  for (const args of wrong) {
    const { out, error, code } = await run(args);
    assert.equal(out, "");
    assert.equal(code, 1);
    assert.match(error, /^respool doctor: .*--help tells more.*\n$/);
  }
});

test("--seconds is how long each load lasts", async () => {
  let asked: number | undefined;
  const noting: Examine = (_, options) => {
    asked = options?.loadMs;
    return Promise.resolve(report);
  };
  await run(["u", "--seconds", "0.25"], noting);
  assert.equal(asked, 250);
  await run(["u"], noting);
  assert.equal(asked, 500);
});

test("a server that cannot be examined is told in one line, the step is taken away", async () => {
  const failing: Examine = (url, options) => {
    options?.onStep?.("connecting");
    return Promise.reject(new ConnectError("CONNECT_REFUSED", `${url}: refused\nwithout a reason`));
  };
  const quiet = await run(["here:1"], failing);
  assert.deepEqual([quiet.out, quiet.code], ["", 1]);
  assert.equal(quiet.error, "respool doctor: here:1: refused without a reason (CONNECT_REFUSED)\n");
  const watched = await run(["here:1"], failing, true);
  assert.ok(watched.error.endsWith(`\r\x1b[2K${quiet.error}`));
});

test("the steps are shown to who watches, and to nobody else", async () => {
  const { error } = await run(["u"], healthy, true);
  assert.ok(error.endsWith("connecting …\r\x1b[2K"), JSON.stringify(error));
  assert.equal((await run(["u"], healthy, false)).error, "");
});

const door = fileURLToPath(new URL("../../lib/entry/doctor.ts", import.meta.url));
/** Runs the door as a program. */
function program(...args: string[]): Promise<{ out: string; error: string; code: number }> {
  const first = "Deno" in globalThis ? ["run", "-A", "--no-check", door] : [door];
  return new Promise((resolve) => {
    execFile(process.execPath, [...first, ...args], { timeout: 60_000 }, (failure, out, error) => {
      resolve({ out, error, code: failure === null ? 0 : Number(failure.code) });
    });
  });
}

test("the door is a program that examines a server", async () => {
  const memory = await startMemoryServer();
  try {
    const { out, error, code } = await program(memory.url, "--seconds", "0.01", "--json");
    assert.equal(code, 0, error);
    const { endpoint, advice } = JSON.parse(out) as DoctorReport;
    assert.equal(endpoint, `${memory.host}:${memory.port}`);
    assert.ok(advice.length > 0);
  } finally {
    await memory.close();
  }
});

test("the program ends with 1 and one line where there is no server", async () => {
  const { out, error, code } = await program("redis://127.0.0.1:1");
  assert.deepEqual([out, code], ["", 1]);
  assert.match(error, /^respool doctor: .*CONNECT_REFUSED.*\n$/);
});
