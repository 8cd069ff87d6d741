/**
 * What runtimes throw, as respool's own errors. A system error's message and its other fields may hold addresses,
 * paths and options, so only its code and the call that failed are kept.
 *
 * @module
 */
import { ConnectError, ConnectionLostError, type Phase } from "../errors.ts";
import type { Target } from "./socket.ts";

/** What is kept of a system error. */
export interface SystemCause {
  /** The operating system's or the runtime's own code, such as `ECONNREFUSED`. */
  code: string;
  /** The call that failed, such as `connect`, where the runtime tells. */
  syscall?: string;
}

/** `host:port`, with brackets around IPv6, or the path of the Unix socket. */
export function endpointOf(target: Target): string {
  const { host, port, path } = target;
  return path ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether `host` is an address, which needs no name service. A numeric name such as `1.2` counts as one. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^[\d.]+$/.test(host);
}

/** Copies the two harmless words out of whatever a runtime threw. */
export function systemCause(error: unknown): SystemCause {
  const { code, name, syscall } = Object(error) as { code?: unknown; name?: unknown; syscall?: unknown };
  const cause: SystemCause = { code: word(code) ?? word(name) ?? "UNKNOWN" };
  const call = word(syscall);
  if (call !== undefined) cause.syscall = call;
  return cause;
}

/** Codes and names are single words; anything else could be text that holds what must not be shown. */
function word(value: unknown): string | undefined {
  return typeof value === "string" && /^\w{1,64}$/.test(value) ? value : undefined;
}

/** What may go wrong, and how runtimes call it. */
export interface Failure {
  /** The code of the error. */
  readonly code: string;
  /** What its message says. */
  readonly says: string;
  /** The runtimes' own codes, where it is known by them. */
  readonly causes?: readonly string[];
}

/** Failures by the codes of runtimes. */
export function byCause(failures: readonly Required<Failure>[]): ReadonlyMap<string, Failure> {
  return new Map(failures.flatMap((failure) => failure.causes.map((cause) => [cause, failure])));
}

const unreachable: Failure = { code: "CONNECT_UNREACHABLE", says: "the endpoint cannot be reached" };
const unknownName: Required<Failure> = { code: "DNS", says: "the name cannot be resolved", causes: ["ENOTFOUND"] };
const connectFailures = byCause([
  {
    code: "CONNECT_REFUSED",
    says: "the connection was refused",
    causes: ["ECONNREFUSED", "ConnectionRefused"],
  },
  { code: "CONNECT_TIMEOUT", says: "nobody answered in time", causes: ["ETIMEDOUT", "TimedOut"] },
  unknownName,
  {
    code: "FD_LIMIT",
    says: "no file descriptor or socket buffer is left",
    causes: ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"],
  },
]);

const broken: Failure = { code: "CONN_CLOSED", says: "the connection broke" };
const lossFailures = byCause([
  { code: "CONN_RESET", says: "the peer reset the connection", causes: ["ECONNRESET", "ConnectionReset"] },
]);

/** The error for a connection that could not be opened, TLS aside. */
export function connectError(error: unknown, target: Target): ConnectError {
  const cause = systemCause(error);
  const isNaming = cause.syscall === "getaddrinfo" || cause.code.startsWith("EAI_");
  const failure = connectFailures.get(cause.code) ?? (isNaming ? unknownName : unreachable);
  const endpoint = endpointOf(target);
  const phase: Phase = failure === unknownName ? "dns" : "connect";
  return new ConnectError(failure.code, `${endpoint}: ${failure.says}`, { endpoint, phase, retryable: true, cause });
}

/** The error for an open connection that ended other than by the peer's orderly close. */
export function lostError(error: unknown, target: Target): ConnectionLostError {
  const cause = systemCause(error);
  const endpoint = endpointOf(target);
  const { code, says } = lossFailures.get(cause.code) ?? broken;
  return new ConnectionLostError(code, `${endpoint}: ${says}`, { endpoint, cause });
}

/** What a connector rejects with once its signal fired: the reason, told how far the connecting had come. */
export function abortReason(signal: AbortSignal, phase: Phase): unknown {
  const reason: unknown = signal.reason;
  if (reason instanceof ConnectError) reason.phase ??= phase;
  return reason;
}
