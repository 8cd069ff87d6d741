import { sessionSpecs } from "../../lib/commands/session.ts";
import { testShapes } from "../support/reply_shapes.ts";

testShapes("session", sessionSpecs, {
  exact: [
    ["watch", "a", "b"],
    ["watch", ["a", "b"]],
    ["unwatch"],
    ["wait", 0, 1],
    ["select", 1],
    ["select", 1_000_000],
  ],
});
