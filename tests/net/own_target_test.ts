import assert from "node:assert/strict";
import { test } from "node:test";
import { ownTarget } from "../../lib/net/own_target.ts";
import { targetOf } from "./helpers.ts";

test("T13: a copy has what the target has itself and nothing it inherits", () => {
  const inherited = { path: "/evil", ca: "evil" };
  const given = Object.assign(Object.create(inherited), targetOf(6379, { tls: Object.create(inherited) }));
  assert.deepEqual([given.path, given.tls.ca], ["/evil", "evil"]);
  const own = ownTarget(given);
  assert.deepEqual([own.path, own.tls!.ca], [undefined, undefined]);
  assert.deepEqual({ ...own, tls: { ...own.tls } }, { ...targetOf(6379), tls: {} });
  assert.equal(Object.getPrototypeOf(own.tls), null);
});

test("a target without TLS stays without", () => {
  assert.equal(ownTarget(targetOf(6379)).tls, undefined);
  assert.equal(ownTarget(targetOf(6379, { tls: undefined })).tls, undefined);
});
