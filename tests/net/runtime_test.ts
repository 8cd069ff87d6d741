import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError } from "../../lib/errors.ts";
import { runtimeConnector, runtimeName } from "../../lib/net/runtime.ts";
import type { SocketHandler } from "../../lib/net/socket.ts";
import { never, targetOf } from "./helpers.ts";

const node = { process: { versions: { node: "24.0.0" } } };

test("the runtime is named by its globals, those that imitate Node before Node", () => {
  assert.equal(runtimeName(node), "node");
  assert.equal(runtimeName({ ...node, Deno: {} }), "deno");
  assert.equal(runtimeName({ ...node, Bun: {} }), "bun");
  assert.equal(runtimeName({ navigator: { userAgent: "Cloudflare-Workers" } }), "workerd");
  assert.equal(runtimeName({ ...node, navigator: { userAgent: "Cloudflare-Workers" } }), "workerd");
  assert.equal(runtimeName({ ...node, navigator: { userAgent: "Node.js/24" } }), "node");
  assert.equal(runtimeName({}), "unknown");
  assert.equal(runtimeName({ process: {} }), "unknown");
  assert.equal(runtimeName({ navigator: { userAgent: "Mozilla/5.0" } }), "unknown");
});

test("the runtime that runs this has a connector, loaded when first used", async () => {
  const connector = runtimeConnector();
  const handler: SocketHandler = { data: () => true, drain() {}, close() {} };
  const reason = new Error("mine");
  const opening = connector(targetOf(1), handler, AbortSignal.abort(reason));
  await assert.rejects(opening, (error) => error === reason);
  await assert.rejects(connector(targetOf(1), handler, never()), { code: "CONNECT_REFUSED" });
});

test("where no adapter can be chosen the error names what to do", () => {
  const refused = (name: "workerd" | "unknown", remedy: RegExp) =>
    assert.throws(() => runtimeConnector(name), (error: unknown) => {
      assert.ok(error instanceof ArgumentError);
      assert.deepEqual([error.code, error.argument], ["INVALID_OPTION", "connector"]);
      assert.match(error.message, remedy);
      return true;
    });
  refused("workerd", /\.\/workerd/);
  refused("unknown", /option connector/);
});
