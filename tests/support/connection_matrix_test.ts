import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cell, matrixRuntimes, matrixServers, renderMatrix, transports } from "./connection_matrix.ts";

const ok: Cell = { runtime: "Bun", server: "Redis 8.0", transport: "TLS", result: "ok" };

function recordOf(...cells: readonly Cell[]): string {
  return cells.map((cell) => JSON.stringify(cell) + "\n").join("");
}

test("nothing tried is nothing to print", () => assert.deepEqual(renderMatrix(""), []));

test("every cell is in its place, and what was not tried is missing", () => {
  const failed: Cell = { runtime: "workerd", server: "Valkey 9.1", transport: "mTLS", result: "n/a" };
  const lines = renderMatrix(recordOf(ok, failed));
  const count = matrixRuntimes.length * matrixServers.length;
  assert.equal(lines.length, count + 2);
  assert.deepEqual(lines[0]!.trim().split(/\s+/), ["runtime", "server", ...transports]);
  const row = (start: string) => lines.find((line) => line.replace(/\s+/g, " ").startsWith(start))!.split(/\s{2,}/);
  assert.deepEqual(row("Bun Redis 8.0").slice(2), ["missing", "ok", "missing", "missing", "missing", "missing"]);
  assert.equal(row("workerd Valkey 9.1")[4], "n/a");
  assert.equal(lines.at(-1), `2 of ${count * 6} cells were run`);
});

test("a cell that was tried twice is what it was last", () => {
  const lines = renderMatrix(recordOf(ok, { ...ok, result: "FAILED" }));
  assert.equal(lines.filter((line) => line.includes("FAILED")).length, 1);
  assert.equal(lines.filter((line) => line.includes(" ok")).length, 0);
});
