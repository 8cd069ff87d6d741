import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentError } from "../../lib/errors.ts";
import { runtimeConnector } from "../../lib/net/runtime_connector.ts";
import type { SocketHandler } from "../../lib/net/socket.ts";
import { never, targetOf } from "./helpers.ts";

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
