/**
 * Every kind of connection, from every runtime, to every server: each runner of tests tries those of its own kind, and
 * Node's also those of other versions of Node, with the package as npm hands it out, and of workerd.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Cell, type MatrixRuntime, recordCell, type Transport } from "../support/connection_matrix.ts";
import { findNode, nodeVersions, skipWithout } from "../support/tools.ts";
import { type CellRow, cellRows, type CellServer } from "./cell_servers.ts";
import { packed, run, vendor } from "./packed.ts";
import { withWorkerd } from "./workerd_server.ts";

/** What became of one cell; no error means that all is well. */
interface Outcome {
  readonly transport: Transport;
  readonly error?: string;
}

/** Tries kinds of connection to a server. */
type Attempt = (server: CellServer, transports: readonly Transport[]) => Promise<Outcome[]>;

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const source = (name: string) => new URL(`../../lib/entry/${name}.ts`, import.meta.url).href;
const isDeno = "Deno" in globalThis;
const isBun = "Bun" in globalThis;

/** Tries them in a process of its own. */
function inProcess(program: string, args: readonly string[], door: string): Attempt {
  return async (server, transports) => {
    const job = JSON.stringify({ server, transports });
    const { stdout } = await run(program, [...args, here("cells_child.js"), door, job], { timeout: 60_000 });
    return stdout.trim().split("\n").map((line) => JSON.parse(line) as Outcome);
  };
}

/** Tries them with the built package on a version of Node. */
function onBuilt(program: string): Attempt {
  return async (...what) => await inProcess(program, [], (await packed()).door("./node"))(...what);
}

/** Tries one cell per request. */
const worker = `import { createPool } from "./respool.js";
import { tryPool } from "./cells.js";
export default {
  async fetch(request) {
    const { server, transport } = await request.json();
    const error = await tryPool(createPool, transport, server, "cell:" + transport).then(() => undefined, String);
    return Response.json({ error });
  },
};`;

/** Tries them in workerd, with the vendored file. */
const inWorkerd: Attempt = async (server, transports) => {
  const outcomes: Outcome[] = [];
  const cells = await readFile(here("cells.js"), "utf8");
  const respool = await readFile(path.join(await vendor("workerd"), "respool.js"), "utf8");
  const modules = { "worker.js": worker, "cells.js": cells, "respool.js": respool };
  await withWorkerd({ modules, ca: server.ca }, async (url) => {
    for (const transport of transports) {
      // Trust comes from workerd's own configuration.
      const body = JSON.stringify({ transport, server: { ...server, ca: undefined } });
      const { error } = await (await fetch(url, { method: "POST", body })).json() as { error?: string };
      outcomes.push({ transport, ...error !== undefined && { error } });
    }
  });
  return outcomes;
};

/** Kinds of connection that workerd does not have. */
const notInWorkerd: readonly Transport[] = ["mTLS", "Unix"];

/** Tries a row from a runtime and notes each cell; `without` names the kinds of connection that it does not have. */
async function tryRow(
  row: CellRow,
  runtime: MatrixRuntime,
  attempt: Attempt,
  without: readonly Transport[],
): Promise<void> {
  const note = (transport: Transport, result: Cell["result"]) =>
    recordCell({ runtime, server: row.title, transport, result });
  for (const transport of row.transports.filter((transport) => without.includes(transport))) note(transport, "n/a");
  const wanted = row.transports.filter((transport) => !without.includes(transport));
  await row.serve(async (server) => {
    const outcomes = await attempt(server, wanted);
    for (const { transport, error } of outcomes) note(transport, error === undefined ? "ok" : "FAILED");
    assert.deepEqual(outcomes, wanted.map((transport) => ({ transport })));
  });
}

for (const row of cellRows()) {
  const tryFrom = (
    runtime: MatrixRuntime,
    skip: string | false,
    attempt: Attempt,
    without: readonly Transport[] = [],
  ) =>
    test(
      `${runtime} to ${row.title}: every kind of connection`,
      { skip: row.skip || skip },
      () => tryRow(row, runtime, attempt, without),
    );

  if (isDeno) tryFrom("Deno", false, inProcess(process.execPath, ["run", "-A", "--no-check"], source("deno")));
  else if (isBun) tryFrom("Bun", false, inProcess(process.execPath, [], source("bun")));
  else {
    for (const version of nodeVersions) {
      const node = findNode(version);
      const missing = node === undefined && `Node ${version} was not fetched; the test task does that`;
      tryFrom(`Node ${version}`, missing || skipWithout("deno"), onBuilt(node ?? ""));
    }
    tryFrom("workerd", skipWithout("workerd", "deno"), inWorkerd, notInWorkerd);
  }
}
