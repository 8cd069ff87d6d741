/**
 * Why something was not measured, for everybody to read.
 *
 * @module
 */
import { root } from "../../tests/support/runtimes.ts";

/** The first line of what an error says, without the folder that this happens to lie in. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]!.replaceAll(root, "");
}
