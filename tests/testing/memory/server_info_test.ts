import { test } from "node:test";
import assert from "node:assert/strict";
import { infoText } from "../../../lib/testing/memory/server_info.ts";
import { talk } from "./talk.ts";

test("every section has a title, and fields are name and value", () => {
  const { state } = talk();
  const lines = infoText(state, []).split("\r\n").filter((line) => line !== "");
  assert.equal(lines[0], "# Server");
  for (const line of lines) assert.match(line, /^(# \w+|\w+:.*)$/);
});

test("sections are chosen by name in any case", () => {
  const { state } = talk();
  assert.match(infoText(state, ["CLIENTS"]), /^# Clients\r\nconnected_clients:1\r\nblocked_clients:0\r\n$/);
  assert.equal(infoText(state, ["nosuch"]), "");
  assert.equal(infoText(state, ["all"]), infoText(state, []));
  assert.match(infoText(state, ["server", "stats"]), /redis_version:7[^]*\r\n\r\n# Stats/);
});

test("databases that hold keys are listed", () => {
  const session = talk();
  session.run("SET k v", "SET t v EX 100", "SELECT 3", "SET k v");
  assert.equal(
    infoText(session.state, ["keyspace"]),
    "# Keyspace\r\ndb0:keys=2,expires=1,avg_ttl=0\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n",
  );
});
