/**
 * Every error respool throws. One base class, one class per kind of failure, one stable `code` per cause.
 * Messages hold our own words, the verb, `host:port` and numbers: never an argument, a key or a credential.
 *
 * @module
 */

/** Where in its life a call was when it failed. */
export type Phase =
  | "queue"
  | "acquire"
  | "dns"
  | "connect"
  | "tls"
  | "handshake"
  | "write"
  | "reply"
  | "redirect";

/** What an error tells besides its code and message. All of it is safe to log. */
export interface ErrorFields {
  /** The verb of the command, upper case, with its subcommand where it has one. Never an argument. */
  command?: string | undefined;
  /** `host:port` or the path of the Unix socket. */
  endpoint?: string | undefined;
  /** Where the call was. */
  phase?: Phase | undefined;
  /** Whether a byte of the command was handed to the socket. */
  sent?: boolean | undefined;
  /** The truth about whether the server may have run the command. */
  maybeExecuted?: boolean | undefined;
  /** Whether repeating the call as it is can do no harm. */
  retryable?: boolean | undefined;
  /** How often the command was sent or the connection tried. */
  attempts?: number | undefined;
  /** Milliseconds between the call and this error. */
  elapsedMs?: number | undefined;
  /** What led to this error: another `RedisError`, a copy of a system error's code, or the caller's own abort reason. */
  cause?: unknown;
}

/**
 * The base of every error that respool throws or rejects with.
 *
 * @example
 * ```ts
 * import { RedisError } from "@respool/respool";
 *
 * const error = new RedisError("EXAMPLE", "an example");
 * console.log(error.code, error.maybeExecuted); // EXAMPLE false
 * ```
 */
export class RedisError extends Error {
  /** Stable upper-case code; for an error reply, the reply's first word. */
  readonly code: string;
  /** The verb of the command, never an argument. */
  command: string | undefined;
  /** `host:port` or the path of the Unix socket. */
  endpoint: string | undefined;
  /** Where the call was when it failed. */
  phase: Phase | undefined;
  /** Whether a byte of the command was handed to the socket. */
  sent: boolean;
  /** The truth about whether the server may have run the command. */
  maybeExecuted: boolean;
  /** Whether repeating the call as it is can do no harm. */
  retryable: boolean;
  /** How often the command was sent or the connection tried. */
  attempts: number;
  /** Milliseconds between the call and this error. */
  elapsedMs: number | undefined;

  /**
   * Builds an error from its code, its message and the fields that are known.
   *
   * @param code Stable upper-case code.
   * @param message Our own words; must not hold an argument, a key or a credential.
   * @param fields What else is known; `sent`, `maybeExecuted` and `retryable` are `false` when left out.
   */
  constructor(code: string, message: string, fields: ErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.command = fields.command;
    this.endpoint = fields.endpoint;
    this.phase = fields.phase;
    this.sent = fields.sent ?? false;
    this.maybeExecuted = fields.maybeExecuted ?? this.sent;
    this.retryable = fields.retryable ?? false;
    this.attempts = fields.attempts ?? 1;
    this.elapsedMs = fields.elapsedMs;
  }

  /** The class's own name, stable under minification. */
  override get name(): string {
    return "RedisError";
  }

  /** The fields that are safe to log, and nothing else. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, command, endpoint, phase, sent, maybeExecuted, retryable, attempts, elapsedMs } = this;
    return { name, code, message, command, endpoint, phase, sent, maybeExecuted, retryable, attempts, elapsedMs };
  }
}

/** Bad input: an option, a URL or an argument. Nothing was sent. */
export class ArgumentError extends RedisError {
  /** The option's name or the argument's index, so that a program can point at it. */
  readonly argument: string | number | undefined;

  /**
   * Builds an error about one option or argument.
   *
   * @param code `INVALID_URL`, `INVALID_OPTION`, `INVALID_ARG`, `EMPTY_COMMAND`, `COMMAND_TOO_LARGE`, `STATEFUL_COMMAND` or `CROSSSLOT`.
   * @param message Names the option or argument and what is accepted.
   * @param argument The option's name or the argument's index.
   * @param fields What else is known.
   */
  constructor(code: string, message: string, argument?: string | number, fields?: ErrorFields) {
    super(code, message, fields);
    this.argument = argument;
  }

  /** `"ArgumentError"`. */
  override get name(): string {
    return "ArgumentError";
  }
}

/** No connection could be made: name, route, refusal, time or handshake. */
export class ConnectError extends RedisError {
  /** `"ConnectError"`. */
  override get name(): string {
    return "ConnectError";
  }
}

/** The peer could not be verified, or TLS could not be agreed on. No credential was sent. */
export class TlsError extends RedisError {
  /** `"TlsError"`. */
  override get name(): string {
    return "TlsError";
  }
}

/** The connection went away under a command. `maybeExecuted` says whether the server may have run it. */
export class ConnectionLostError extends RedisError {
  /** `"ConnectionLostError"`. */
  override get name(): string {
    return "ConnectionLostError";
  }
}

/** The peer broke the protocol. The connection is destroyed; its bytes are not part of this error. */
export class ProtocolError extends ConnectionLostError {
  /** Bytes of the stream before the offending one. */
  readonly offset: number;
  /** The offending byte, when one byte is to blame. */
  readonly byte: number | undefined;

  /**
   * Builds an error about one place in the stream.
   *
   * @param code One of the protocol codes, such as `BAD_TYPE`.
   * @param message Our own words.
   * @param offset Bytes of the stream before the offending one.
   * @param byte The offending byte.
   * @param fields What else is known.
   */
  constructor(code: string, message: string, offset: number, byte?: number, fields?: ErrorFields) {
    super(code, message, fields);
    this.offset = offset;
    this.byte = byte;
  }

  /** `"ProtocolError"`. */
  override get name(): string {
    return "ProtocolError";
  }
}

/** One reply could not be turned into a value; the stream is still in step and the connection lives. */
export class DecodeError extends RedisError {
  /** `"DecodeError"`. */
  override get name(): string {
    return "DecodeError";
  }
}

/** A deadline passed: `COMMAND_TIMEOUT`, `POOL_TIMEOUT` or `CLOSE_TIMEOUT`. */
export class TimeoutError extends RedisError {
  /** The pool's numbers when a lease was waited for in vain. */
  stats: unknown;

  /** `"TimeoutError"`. */
  override get name(): string {
    return "TimeoutError";
  }
}

/** The caller's signal fired; `cause` is its reason. */
export class AbortError extends RedisError {
  /** `"AbortError"`. */
  override get name(): string {
    return "AbortError";
  }
}

/** A bound was reached: `QUEUE_FULL`, `QUEUE_BYTES` or `POOL_QUEUE_FULL`. Nothing was sent. */
export class BackpressureError extends RedisError {
  /** `"BackpressureError"`. */
  override get name(): string {
    return "BackpressureError";
  }
}

/** The pool no longer takes work: `POOL_CLOSED`. */
export class PoolError extends RedisError {
  /** `"PoolError"`. */
  override get name(): string {
    return "PoolError";
  }
}

/** A lease was used against its rules: `LEASE_RELEASED`, `LEASE_DIRTY`, `LEASE_LEAKED` or `CROSS_REQUEST`. */
export class LeaseError extends RedisError {
  /** `"LeaseError"`. */
  override get name(): string {
    return "LeaseError";
  }
}

/** The circuit is open and the pool was told to reject at once; `cause` is the failure that opened it. */
export class CircuitOpenError extends RedisError {
  /** Milliseconds until the next probe. */
  readonly retryAfterMs: number;

  /**
   * Builds an error that says when to come back.
   *
   * @param retryAfterMs Milliseconds until the next probe.
   * @param fields What else is known; `cause` is the failure that opened the circuit.
   */
  constructor(retryAfterMs: number, fields?: ErrorFields) {
    super("CIRCUIT_OPEN", `the circuit is open; next probe in ${Math.ceil(retryAfterMs)} ms`, fields);
    this.retryAfterMs = retryAfterMs;
  }

  /** `"CircuitOpenError"`. */
  override get name(): string {
    return "CircuitOpenError";
  }
}

/** The server answered with an error. `code` is the reply's first word. */
export class ReplyError extends RedisError {
  /** When one error reply ends a whole batch: every reply of the batch, errors as values. */
  replies: unknown[] | undefined;

  /** `"ReplyError"`. */
  override get name(): string {
    return "ReplyError";
  }
}

/**
 * The server refused the credentials, or asked for some: `WRONGPASS`, `NOAUTH`, `NOPERM`; or there were none to show it,
 * because whoever was asked for them failed: `CREDENTIALS_FAILED`.
 */
export class AuthError extends ReplyError {
  /** `"AuthError"`. */
  override get name(): string {
    return "AuthError";
  }
}

/** EXEC was refused because a command of the transaction could not be queued. Nothing of it ran. */
export class ExecAbortError extends ReplyError {
  /** What was wrong with each refused command, in the order they were given. */
  causes: ReplyError[] = [];

  /** `"ExecAbortError"`. */
  override get name(): string {
    return "ExecAbortError";
  }
}

/** A batch ended before all of its replies were in; `results` holds a reply or an error per command. */
export class BatchError extends RedisError {
  /** Per command, in order: its reply, or the error that says what became of it. */
  readonly results: unknown[];

  /**
   * Builds an error about a batch.
   *
   * @param code The code of what ended the batch.
   * @param message Our own words.
   * @param results Per command: its reply or its error.
   * @param fields What else is known.
   */
  constructor(code: string, message: string, results: unknown[], fields?: ErrorFields) {
    super(code, message, fields);
    this.results = results;
  }

  /** `"BatchError"`. */
  override get name(): string {
    return "BatchError";
  }
}
