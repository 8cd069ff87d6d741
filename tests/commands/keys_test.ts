import { keySpecs } from "../../lib/commands/keys.ts";
import { stringSpecs } from "../../lib/commands/strings.ts";
import { testShapes } from "../support/reply_shapes.ts";

const fill = stringSpecs.filter(({ name }) => name === "set");

testShapes("key", [...fill, ...keySpecs], {
  exact: [
    ["randomkey"],
    ["type", "a"],
    ["ttl", "a"],
    ["set", "a", 1],
    ["randomkey"],
    ["type", "a"],
    ["ttl", "a"],
    ["pttl", "a"],
    ["copy", "a", "b"],
    ["copy", "a", "b", "REPLACE"],
    ["exists", "a", "a", "missing"],
    ["touch", "a", "missing"],
    ["expire", "a", 1000],
    ["expire", "a", 1000, "NX"],
    ["expireat", "a", 4_000_000_000],
    ["expiretime", "a"],
    ["pexpire", "a", 1_000_000],
    ["pexpireat", "a", 4_000_000_000_000],
    ["pexpiretime", "a"],
    ["persist", "a"],
    ["rename", "a", "c"],
    ["rename", "missing", "c"],
    ["renamenx", "c", "b"],
    ["scan", 0, "MATCH", "b*", "COUNT", 10, "TYPE", "string"],
    ["unlink", "b", "missing"],
    ["keys", "*"],
    ["scan", 0],
    ["del", ["c", "missing"]],
    ["scan", 0],
  ],
  alike: [
    ["set", "a", 1, "EX", 1000],
    ["ttl", "a"],
    ["pttl", "a"],
  ],
});
