/**
 * URLs of Redis servers, in the union of the forms in use.
 *
 * ```txt
 *   redis | valkey          :// [user[:password]@] [host[:port]] [/db] [?db=n]
 *   rediss | valkeys | redis+tls | valkey+tls      the same, with TLS
 *   unix | redis+unix | valkey+unix  : [// [user[:password]@]] /path [?db=n]
 *   host[:port][/db][?db=n]
 * ```
 *
 * Written by hand instead of taken from `URL`, whose errors carry the input with its password. Each part is looked at
 * once, so that the time is linear in the length whatever the text.
 *
 * @module
 */
import { ArgumentError } from "../errors.ts";

/** What a URL says. Parts that it leaves out are absent, but for `host` and `port`. */
export interface ParsedUrl {
  /** Name or address, IPv6 without brackets; `localhost` when left out. */
  host: string;
  /** TCP port; 6379 when left out. */
  port: number;
  /** Path of a Unix socket, decoded. */
  path?: string;
  /** Number of the database. */
  db?: number;
  /** User name, decoded. */
  username?: string;
  /** Password, decoded. */
  password?: string;
  /** What the scheme says of TLS; absent for a bare `host:port` and a Unix socket. */
  tls?: boolean;
}

type Scheme = "plain" | "tls" | "unix";

const schemes: ReadonlyMap<string, Scheme> = new Map([
  ["redis", "plain"],
  ["valkey", "plain"],
  ["rediss", "tls"],
  ["valkeys", "tls"],
  ["redis+tls", "tls"],
  ["valkey+tls", "tls"],
  ["unix", "unix"],
  ["redis+unix", "unix"],
  ["valkey+unix", "unix"],
]);

/**
 * Reads a URL or a bare `host:port`.
 *
 * @example
 * ```ts
 * import { parseUrl } from "./url.ts";
 *
 * parseUrl("rediss://app:s%40crt@cache.example:6380/2");
 * // { host: "cache.example", port: 6380, tls: true, username: "app", password: "s@crt", db: 2 }
 * ```
 *
 * @param url The text as it was given, or a `URL`.
 * @throws {ArgumentError} INVALID_URL when it is none of the forms; the error says which part is wrong and holds
 * nothing of the text.
 */
export function parseUrl(url: string | URL): ParsedUrl {
  const text = typeof url === "string" ? url : url.href;
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon)).toLowerCase();
  const scheme = schemes.get(name);
  if (scheme === "unix") return parseUnix(text.slice(colon + 1));
  if (colon < 0 || !text.startsWith("://", colon)) return parseBare(text);
  if (scheme === undefined) throw invalid("the scheme is none of redis, rediss, valkey, valkeys and unix");
  return { ...parseTcp(text.slice(colon + 3)), tls: scheme === "tls" };
}

function parseBare(text: string): ParsedUrl {
  if (text === "") throw invalid("it is empty");
  if (text.includes("@")) throw invalid("a user needs a scheme, such as redis://");
  return parseTcp(text);
}

function parseTcp(text: string): ParsedUrl {
  const [hierarchy, query] = splitQuery(text);
  const slash = hierarchy.indexOf("/");
  const authority = slash < 0 ? hierarchy : hierarchy.slice(0, slash);
  const [user, place] = splitUser(authority);
  // Credentials whose host got lost must not go to whoever listens here.
  if (place === "" && authority !== "") throw invalid("a user needs a host");
  const path = slash < 0 ? "" : hierarchy.slice(slash + 1);
  return { ...parsePlace(place), ...parseUser(user), ...parseDatabase(path, query) };
}

function parseUnix(text: string): ParsedUrl {
  const [hierarchy, query] = splitQuery(text);
  const hasAuthority = hierarchy.startsWith("//");
  const slash = hasAuthority ? hierarchy.indexOf("/", 2) : 0;
  const [user, host] = splitUser(hasAuthority && slash > 0 ? hierarchy.slice(2, slash) : "");
  const path = decode(hierarchy.slice(Math.max(0, slash)), "path");
  if (slash < 0 || host !== "" || !path.startsWith("/") || path.includes("\0")) {
    throw invalid("a Unix socket needs an absolute path and no host");
  }
  return { ...parsePlace(""), path, ...parseUser(user), ...parseDatabase("", query) };
}

function splitQuery(text: string): [hierarchy: string, query: string] {
  if (text.includes("#")) throw invalid("a fragment has no meaning");
  const mark = text.indexOf("?");
  return mark < 0 ? [text, ""] : [text.slice(0, mark), text.slice(mark + 1)];
}

/** The last `@` ends the user's part: passwords are often pasted without being encoded. */
function splitUser(authority: string): [user: string, place: string] {
  const at = authority.lastIndexOf("@");
  return at < 0 ? ["", authority] : [authority.slice(0, at), authority.slice(at + 1)];
}

/** An empty name or password counts as left out. */
function parseUser(user: string): Pick<ParsedUrl, "username" | "password"> {
  const colon = user.indexOf(":");
  const username = decode(colon < 0 ? user : user.slice(0, colon), "user name");
  const password = colon < 0 ? "" : decode(user.slice(colon + 1), "password");
  return { ...(username === "" ? {} : { username }), ...(password === "" ? {} : { password }) };
}

function parsePlace(place: string): { host: string; port: number } {
  if (place === "") return { host: "localhost", port: 6379 };
  const end = place.startsWith("[") ? place.indexOf("]") + 1 : hostLength(place);
  const host = place.slice(0, end);
  const rest = place.slice(end);
  if (rest !== "" && !rest.startsWith(":")) throw invalid("the host is not a name or an address");
  const port = rest === "" ? 6379 : whole(rest.slice(1), 65_535);
  if (port === undefined || port === 0) throw invalid("the port is not a number from 1 to 65535");
  return { host: host.startsWith("[") ? ipv6(host.slice(1, -1)) : named(host), port };
}

function hostLength(place: string): number {
  const colon = place.indexOf(":");
  return colon < 0 ? place.length : colon;
}

function ipv6(address: string): string {
  if (!/^[0-9a-f:.]{2,45}$/i.test(address) || !address.includes(":")) {
    throw invalid("the brackets hold no IPv6 address");
  }
  return address;
}

function named(host: string): string {
  if (!/^[0-9a-z._-]{1,253}$/i.test(host)) throw invalid("the host is not a name or an address");
  return host;
}

function parseDatabase(path: string, query: string): Pick<ParsedUrl, "db"> {
  let given = path || undefined;
  for (const pair of query === "" ? [] : query.split("&")) {
    if (!pair.startsWith("db=")) throw invalid("a parameter is unknown; db is the only one");
    if (given !== undefined) throw invalid("the database is given twice");
    given = pair.slice(3);
  }
  if (given === undefined) return {};
  const db = whole(given, 2 ** 31 - 1);
  if (db === undefined) throw invalid("the database is not a number");
  return { db };
}

/** A number of nothing but digits, or `undefined`. */
function whole(digits: string, most: number): number | undefined {
  return /^\d{1,10}$/.test(digits) && Number(digits) <= most ? Number(digits) : undefined;
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not passed on as a cause: the runtime's error may quote what it was given.
    throw invalid(`the ${part} has a % that encodes nothing; write % itself as %25`);
  }
}

function invalid(reason: string): ArgumentError {
  return new ArgumentError("INVALID_URL", `the URL cannot be used: ${reason}`, "url");
}
