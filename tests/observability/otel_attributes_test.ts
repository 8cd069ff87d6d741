import assert from "node:assert/strict";
import { test } from "node:test";
import { ReplyError, TimeoutError } from "../../lib/errors.ts";
import {
  failureAttributes,
  operationAttributes,
  operationName,
  spanAttributes,
} from "../../lib/observability/otel_attributes.ts";
import { trace } from "./command_traces.ts";

test("a command is called as the caller wrote it; a batch of one by its command", () => {
  assert.equal(operationName(trace()), "get");
  const batch = (operation: string, batchSize: number, batchMode: "PIPELINE" | "MULTI" = "PIPELINE") =>
    operationName(trace({ operation, batchSize, batchMode }));
  assert.equal(batch("PIPELINE GET", 2), "PIPELINE GET");
  assert.equal(batch("PIPELINE", 3), "PIPELINE");
  assert.equal(batch("PIPELINE", 0), "PIPELINE");
  assert.equal(batch("PIPELINE GET", 1), "GET");
  assert.equal(batch("MULTI CLIENT ID", 1, "MULTI"), "CLIENT ID");
  assert.equal(batch("MULTI", 1, "MULTI"), "MULTI");
});

test("the server is told by name; its port unless it is the usual one; a peer only by address", () => {
  assert.deepEqual(operationAttributes(trace()), {
    "db.system.name": "redis",
    "db.namespace": "3",
    "db.operation.name": "get",
    "server.address": "cache.example",
  });
  const odd = operationAttributes(trace({ serverPort: 7000 }));
  assert.equal(odd["server.port"], 7000);
  assert.equal(odd["network.peer.address"], undefined);
  for (const serverAddress of ["10.0.0.7", "::1", "2001:db8::7", "::ffff:10.0.0.7"]) {
    const peer = operationAttributes(trace({ serverAddress }));
    assert.equal(peer["network.peer.address"], serverAddress);
    assert.equal(peer["network.peer.port"], 6379);
    assert.equal(peer["server.port"], undefined);
  }
  for (const serverAddress of ["cafe", "1.2.3", "dead.beef", "7"]) {
    assert.equal(operationAttributes(trace({ serverAddress }))["network.peer.address"], undefined, serverAddress);
  }
});

test("a Unix socket is told by its path, and has no port", () => {
  const found = spanAttributes(trace({ serverAddress: "/run/redis.sock", serverPort: undefined }));
  assert.equal(found["network.transport"], "unix");
  assert.equal(found["server.address"], "/run/redis.sock");
  assert.equal(found["network.peer.address"], "/run/redis.sock");
  assert.ok(!("server.port" in found) && !("network.peer.port" in found));
  assert.ok(!("network.transport" in spanAttributes(trace())));
});

test("a span shows the command with its arguments blotted out, a batch its size", () => {
  const hmset = trace({ operation: "HMSET", args: ["HMSET", "?", "?", "?"] });
  assert.equal(spanAttributes(hmset)["db.query.text"], "HMSET ? ? ?");
  const batch = (batchSize: number) =>
    spanAttributes(trace({ operation: "PIPELINE", args: ["PIPELINE"], batchMode: "PIPELINE", batchSize }));
  assert.equal(batch(3)["db.operation.batch.size"], 3);
  assert.equal(batch(0)["db.operation.batch.size"], 0);
  assert.ok(!("db.operation.batch.size" in batch(1)));
  assert.ok(!("db.query.text" in batch(3)));
  assert.ok(!("db.operation.batch.size" in spanAttributes(trace())));
});

test("a script or function is told by its digest or name", () => {
  assert.equal(operationAttributes(trace({ procedure: "charge" }))["db.stored_procedure.name"], "charge");
});

test("a failure is told by its code; a status only when the server gave it", () => {
  assert.deepEqual(failureAttributes(undefined), {});
  assert.deepEqual(failureAttributes(new TimeoutError("COMMAND_TIMEOUT", "late")), { "error.type": "COMMAND_TIMEOUT" });
  assert.deepEqual(failureAttributes(new ReplyError("WRONGTYPE", "wrong")), {
    "error.type": "WRONGTYPE",
    "db.response.status_code": "WRONGTYPE",
  });
  assert.deepEqual(failureAttributes(new Error("secret")), { "error.type": "UNKNOWN" });
});
