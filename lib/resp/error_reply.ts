/**
 * Error lines of the server as `ReplyError`. The text is untrusted: bounded, escaped, and without the tail in which
 * servers echo arguments.
 *
 * @module
 */
import { AuthError, ReplyError } from "../errors.ts";

const longestMessage = 256;
const echoedArguments = /,? ?with args beginning with:[^]*/;
const aboutCredentials = new Set(["WRONGPASS", "NOAUTH", "NOPERM"]);

/**
 * Builds the error for one error line, without its leading `-`.
 *
 * @param text The line as the server sent it.
 */
export function toReplyError(text: string): ReplyError {
  const space = text.indexOf(" ");
  const code = printable(space < 0 ? text : text.slice(0, space), 64) || "ERR";
  const message = printable(text.replace(echoedArguments, ""), longestMessage);
  // The server has answered that it refuses; whether a script wrote before it failed only the caller's layer knows.
  const fields = { phase: "reply", sent: true, maybeExecuted: false } as const;
  return aboutCredentials.has(code) ? new AuthError(code, message, fields) : new ReplyError(code, message, fields);
}

/** The text with control characters escaped, at most `longest` characters of it. */
function printable(text: string, longest: number): string {
  let safe = "";
  for (let i = 0; i < text.length && i < longest; i++) {
    const unit = text.charCodeAt(i);
    safe += unit < 32 || unit === 127 ? `\\x${unit.toString(16).padStart(2, "0")}` : text[i];
  }
  return text.length > longest ? `${safe}…` : safe;
}
