/**
 * The options of a pool: what can be set, what is assumed, and how they are checked.
 *
 * @module
 */
import { type Clock, systemClock } from "../base/clock.ts";
import { OptionReader } from "../base/option_checks.ts";
import type { Connection } from "../connection/connection.ts";
import type { Identity } from "../connection/handshake.ts";
import { endpointOf } from "../net/failures.ts";
import type { Platform } from "../net/platform.ts";
import type { Connector, Target, TlsOptions } from "../net/socket.ts";
import { parseUrl } from "../net/url.ts";
import type { RedisObserver } from "../observability/observer.ts";
import { poolOptionNames, type PoolOptions, type TuningOptions } from "../pool/options.ts";
import { defaultLimits, type Limits } from "../resp/limits.ts";
import type { Mapping, ReplyOptions } from "../resp/mapping.ts";
import { askFor, type Credentials, type CredentialsProvider, isCredentials } from "./credentials.ts";
import { readReplies } from "./call_options.ts";
import type { LaneOptions } from "./lane.ts";
import type { LeaseClient } from "./redis_lease.ts";
import type { FactorySettings } from "./redis_factory.ts";
import { retryPolicies, type RetryPolicy } from "./retry.ts";

/** What can be set. All durations are milliseconds; 0 turns a limit off. Unknown names are refused. */
export interface RedisPoolOptions extends TuningOptions {
  /** Name or address of the server. Default `localhost`. */
  host?: string;
  /** TCP port. Default 6379. */
  port?: number;
  /** Path of a Unix socket, instead of host and port. */
  path?: string;
  /** Database number. Default 0. */
  db?: number;
  /** User of the access control list; `default` when only a password is given. */
  username?: string;
  /** Password. */
  password?: string;
  /**
   * Asked for user and password at each handshake, within `connectTimeoutMs`, instead of `username` and `password`: a
   * function, or a provider that also says when they have changed; every connection is replaced then.
   */
  credentials?: Credentials;
  /** `true` or what to trust and to be. Without it, and without a `rediss:` URL, the connection is plain. */
  tls?: boolean | TlsOptions;
  /** The protocol version. `"auto"` prefers RESP3 and falls back to RESP2. Default `"auto"`. */
  protocol?: 2 | 3 | "auto";
  /** Name for `CLIENT LIST`. */
  clientName?: string;
  /** Whether the server is told which library this is. Default `true`. */
  clientInfo?: boolean;
  /** Bounds on what the server may send. */
  limits?: Partial<Limits>;
  /** Silence after which the kernel probes the peer, where the runtime can ask for it. Default 15 000. */
  tcpKeepAliveMs?: number;
  /** Send small segments at once. Default `true`. */
  noDelay?: boolean;
  /** Asked with host and port before each dial; `false` refuses it with HOST_DENIED. */
  allowHost?: (host: string, port: number) => boolean | Promise<boolean>;
  /** How long a command may take: queue, write, retries and reply together. Default 5000. */
  commandTimeoutMs?: number;
  /** How long a connection may be silent with replies outstanding before another one asks. Default 1000. */
  stallTimeoutMs?: number;
  /** The connections for blocking commands. Default `{ maxSize: 10, idleTimeoutMs: 30000 }`. */
  blocking?: { maxSize?: number; idleTimeoutMs?: number };
  /** `"auto"` undoes what a lease left behind; `"destroy"` ends such a connection. Default `"auto"`. */
  reset?: "auto" | "destroy";
  /** Error codes after which every connection is replaced, at most once a second. Default `["READONLY", "MASTERDOWN"]`. */
  evictOn?: readonly string[];
  /** The shared lane. Default `{ connections: 2, maxQueued: 100000, maxQueuedBytes: 67108864, whenFull: "reject" }`. */
  shared?: Partial<LaneOptions>;
  /** What may be sent again when the connection was lost after it was sent. Default `"reads"`. */
  retry?: RetryPolicy;
  /** How replies are returned. */
  replies?: ReplyOptions;
  /** Opens sockets, instead of the runtime's own adapter. */
  connector?: Connector;
  /** Time. Default: the runtime's. */
  clock?: Clock;
  /** Name of the pool in metrics. Default `host:port/db`. */
  name?: string;
  /** Hears of events, and of commands when it has a method for them. */
  observer?: RedisObserver;
}

/** The options after they were checked, by who needs them. */
export interface Settings {
  /** Time. */
  clock: Clock;
  /** How long a command may take. */
  commandTimeoutMs: number;
  /** How long a connection may be silent. */
  stallTimeoutMs: number;
  /** Error codes after which connections are replaced. */
  evictOn: readonly string[];
  /** Bounds on what the server may send. */
  limits: Limits;
  /** What the runtime brings. */
  platform: Platform;
  /** How replies are returned. */
  mapping: Mapping;
  /** `host:port` or path. */
  endpoint: string;
  /** Name of the pool. */
  name: string;
  /** For the factory of connections. */
  factory: FactorySettings;
  /** Who says when the credentials have changed, if anybody does. */
  provider: CredentialsProvider | undefined;
  /** For the generic pool. */
  pool: PoolOptions<Connection, LeaseClient>;
  /** For the generic pool of blocking commands, over those of `pool`. */
  blocking: { maxSize: number; idleTimeoutMs: number };
  /** For the shared lane. */
  shared: LaneOptions;
  /** For the retry rule. */
  retry: RetryPolicy;
  /** Marks the current request, when the pool is to live no longer than that. */
  markRequest: Platform["markRequest"];
  /** Hears of events and commands. */
  observer: RedisObserver | undefined;
}

/** Options that the generic pool checks itself; the rest of its options are this library's own to set. */
const sizeOptionNames = poolOptionNames.filter((name) => !/^(?:clock|lease|observer|random|on[A-Z].*)$/.test(name));

const optionNames: readonly string[] = [
  ...sizeOptionNames,
  "host",
  "port",
  "path",
  "db",
  "username",
  "password",
  "credentials",
  "tls",
  "protocol",
  "clientName",
  "clientInfo",
  "limits",
  "tcpKeepAliveMs",
  "noDelay",
  "allowHost",
  "commandTimeoutMs",
  "stallTimeoutMs",
  "evictOn",
  "blocking",
  "reset",
  "shared",
  "retry",
  "replies",
  "connector",
  "clock",
  "name",
  "observer",
];

/**
 * Checks the options and completes them.
 *
 * @param url What a URL says; options of the same name rule over it.
 * @param connector The adapter to use when the options bring none.
 * @param platform What the runtime brings besides.
 * @throws {ArgumentError} INVALID_URL, or INVALID_OPTION with the option's name.
 */
export function readOptions(
  url: string | URL | undefined,
  options: RedisPoolOptions,
  connector: () => Connector,
  platform: Platform,
): Settings {
  const read = new OptionReader(options, optionNames);
  const place = url ?? (namesServer(read) ? undefined : platform.environmentUrl?.());
  const target = readTarget(read, partsOf(place));
  const lifecycle = read.oneOf("lifecycle", platform.markRequest ? "request" : "process", ["process", "request"]);
  const markRequest = lifecycle === "request" ? platform.markRequest : undefined;
  const clock = read.value("clock") as Clock | undefined ?? systemClock;
  const endpoint = endpointOf(target);
  const session = readSession(read, target.db);
  const credentials = readCredentials(read, target);
  const settings: Settings = {
    clock,
    commandTimeoutMs: read.ms("commandTimeoutMs", 5000),
    stallTimeoutMs: read.ms("stallTimeoutMs", 1000),
    evictOn: readEvictOn(read),
    limits: readLimits(read.nested("limits", Object.keys(defaultLimits))),
    platform,
    mapping: readReplies(read),
    endpoint,
    name: read.text("name") ?? `${endpoint}/${session.db}`,
    factory: {
      target,
      session,
      identify: () => askFor(credentials),
      undoes: read.oneOf("reset", "auto", ["auto", "destroy"]) === "auto",
      allowHost: read.fn("allowHost"),
      connector: read.fn<Connector>("connector") ?? connector(),
    },
    provider: typeof credentials === "function" ? undefined : credentials,
    pool: { ...markRequest && { maxSize: briefSizes.pool }, ...readPool(read), lifecycle, clock },
    blocking: readBlocking(
      read.nested("blocking", ["maxSize", "idleTimeoutMs"]),
      markRequest ? briefSizes.blocking : 10,
    ),
    shared: readShared(read.nested("shared", ["connections", "maxQueued", "maxQueuedBytes", "whenFull"])),
    retry: read.oneOf("retry", "reads", retryPolicies),
    markRequest,
    observer: readObserver(read),
  };
  return settings;
}

/** A request may have six connections open on such a runtime: these, and one more to ask for a silent one. */
const briefSizes = { pool: 4, blocking: 1 };

function namesServer(read: OptionReader): boolean {
  return ["host", "port", "path"].some((name) => read.value(name) !== undefined);
}

type UrlParts = Partial<ReturnType<typeof parseUrl>>;

/** What a URL says, blind to what is on `Object.prototype`. */
function partsOf(url: string | URL | undefined): UrlParts {
  return Object.assign(Object.create(null) as UrlParts, url === undefined ? undefined : parseUrl(url));
}

function readTarget(
  read: OptionReader,
  parts: UrlParts,
): Target & { db: number; username?: string | undefined; password?: string | undefined } {
  const path = read.text("path") ?? parts.path;
  const tls = readTls(read, parts.tls);
  if (path !== undefined && tls !== undefined) throw read.refusal("tls", "nothing together with a Unix socket");
  return {
    host: read.text("host") ?? parts.host ?? "localhost",
    port: read.int("port", parts.port ?? 6379, { min: 1, max: 65_535 }),
    path,
    tls,
    noDelay: read.bool("noDelay", true),
    keepAliveMs: read.ms("tcpKeepAliveMs", 15_000),
    db: read.int("db", parts.db ?? 0),
    username: read.text("username") ?? parts.username,
    password: read.text("password") ?? parts.password,
  };
}

/** `fromUrl` is what the scheme says; absent when it says nothing. */
function readTls(read: OptionReader, fromUrl: boolean | undefined): TlsOptions | undefined {
  const given = read.value("tls");
  if (given === undefined) return fromUrl ? {} : undefined;
  if (fromUrl !== undefined && fromUrl !== (given !== false)) {
    throw read.refusal("tls", "nothing against the URL's scheme");
  }
  if (typeof given === "boolean") return given ? {} : undefined;
  const group = read.nested("tls", ["ca", "cert", "key", "serverName", "dangerouslyAllowUnverifiedTls"]);
  const ca = group.value("ca");
  // Some runtimes ignore what is no PEM without a word.
  const isPem = (value: unknown) => typeof value === "string" && value.includes("-----BEGIN ");
  if (ca !== undefined && !isPem(ca) && !(Array.isArray(ca) && ca.every(isPem))) {
    throw group.refusal("ca", "PEM text or an array of it");
  }
  const cert = group.text("cert");
  const key = group.text("key");
  if (cert !== undefined && !isPem(cert)) throw group.refusal("cert", "PEM text");
  if (key !== undefined && !isPem(key)) throw group.refusal("key", "PEM text");
  if ((cert === undefined) !== (key === undefined)) {
    throw group.refusal(cert === undefined ? "cert" : "key", "PEM text whenever cert or key is given");
  }
  return {
    ca: ca as string | string[] | undefined,
    cert,
    key,
    serverName: group.text("serverName"),
    dangerouslyAllowUnverifiedTls: group.bool("dangerouslyAllowUnverifiedTls", false),
  };
}

function readSession(read: OptionReader, db: number): FactorySettings["session"] {
  const clientName = read.text("clientName");
  if (clientName !== undefined && !/^[!-~]+$/.test(clientName)) {
    throw read.refusal("clientName", "printable ASCII without spaces");
  }
  return {
    db,
    clientName,
    protocol: read.oneOf("protocol", "auto", [2, 3, "auto"]),
    clientInfo: read.bool("clientInfo", true),
  };
}

function readCredentials(read: OptionReader, { username, password }: Identity): Credentials {
  const credentials = read.value("credentials");
  if (credentials !== undefined) {
    if (!isCredentials(credentials)) throw read.refusal("credentials", "a function or a provider");
    if (password !== undefined) throw read.refusal("credentials", "nothing together with a password");
    return credentials;
  }
  if (username !== undefined && password === undefined) {
    throw read.refusal("username", "a name only together with a password");
  }
  return () => ({ username, password });
}

function readLimits(read: OptionReader): Limits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(limits) as (keyof Limits)[]) limits[name] = read.int(name, limits[name]);
  return limits;
}

function readObserver(read: OptionReader): RedisObserver | undefined {
  const observer = read.value("observer");
  if (observer === undefined || (typeof observer === "object" && observer !== null)) return observer as RedisObserver;
  throw read.refusal("observer", "an object");
}

function readPool(read: OptionReader): PoolOptions<Connection, LeaseClient> {
  const given: Record<string, unknown> = {};
  for (const name of sizeOptionNames) {
    const value = read.value(name);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

function readBlocking(read: OptionReader, maxSize: number): Settings["blocking"] {
  const blocking = {
    maxSize: read.int("maxSize", maxSize, { min: 1 }),
    idleTimeoutMs: read.ms("idleTimeoutMs", 30_000),
  };
  return blocking;
}

function readEvictOn(read: OptionReader): readonly string[] {
  const codes = read.value("evictOn") ?? ["READONLY", "MASTERDOWN"];
  if (Array.isArray(codes) && codes.every((code) => typeof code === "string")) return codes;
  throw read.refusal("evictOn", "an array of error codes");
}

function readShared(read: OptionReader): LaneOptions {
  return {
    connections: read.int("connections", 2, { min: 1 }),
    maxQueued: read.int("maxQueued", 100_000, { min: 1 }),
    maxQueuedBytes: read.int("maxQueuedBytes", 64 * 1024 * 1024, { min: 1 }),
    whenFull: read.oneOf("whenFull", "reject", ["reject", "wait"]),
  };
}
