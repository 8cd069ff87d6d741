import { blockingSpecs } from "../../lib/commands/blocking.ts";
import { listSpecs } from "../../lib/commands/lists.ts";
import { sortedSetSpecs } from "../../lib/commands/sorted_sets.ts";
import { testShapes } from "../support/reply_shapes.ts";

const fill = [...listSpecs, ...sortedSetSpecs].filter(({ name }) => name === "rpush" || name === "zadd");

testShapes("blocking", [...fill, ...blockingSpecs], {
  exact: [
    ["rpush", "l", 1, 2, 3, 4, 5, 6],
    ["blpop", "missing", "l", 1],
    ["blpop", ["missing", "l"], 1],
    ["blpop", "missing", 0.01],
    ["brpop", "l", 1],
    ["brpop", "missing", 0.01],
    ["brpoplpush", "l", "m", 1],
    ["brpoplpush", "missing", "m", 0.01],
    ["blmove", "l", "m", "LEFT", "RIGHT", 1],
    ["blmove", "missing", "m", "LEFT", "RIGHT", 0.01],
    ["blmpop", 1, 2, ["missing", "m"], "LEFT", "COUNT", 2],
    ["blmpop", 0.01, 1, "missing", "LEFT"],
    ["zadd", "z", 1, "a", 2.5, "b", "inf", "c", 4, "d"],
    ["bzpopmin", "missing", "z", 1],
    ["bzpopmin", "missing", 0.01],
    ["bzpopmax", ["z"], 1],
    ["bzpopmax", "missing", 0.01],
    ["bzmpop", 1, 2, ["missing", "z"], "MIN", "COUNT", 5],
    ["bzmpop", 0.01, 1, "missing", "MIN"],
  ],
});
