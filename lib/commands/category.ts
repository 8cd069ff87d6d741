/**
 * What it would mean to run a command a second time, because nobody knows whether it ran the first time.
 *
 * @module
 */

/**
 * What running a command twice does:
 *
 * - `connection`: nothing, it concerns the connection alone (PING, ECHO);
 * - `read`: nothing;
 * - `writeChecked`: the data ends up right, the reply may not (SET NX, RENAME);
 * - `lastWins`: the data ends up right unless somebody else has written in between (SET, DEL, SADD);
 * - `accumulating`: it counts twice (INCR, LPUSH, PUBLISH);
 * - `admin`: nobody can tell: administration, scripts and every command that is not known;
 * - `blocking`: it may take an element twice, after a long wait (BLPOP).
 */
export type CommandCategory =
  | "connection"
  | "read"
  | "writeChecked"
  | "lastWins"
  | "accumulating"
  | "admin"
  | "blocking";
