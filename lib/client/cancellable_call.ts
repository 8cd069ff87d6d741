/**
 * What commands with options and batches share: a deadline and a signal of their own, and one settlement.
 *
 * A cancelled call keeps its place in line. Before it was sent it is skipped; afterwards its replies are dropped.
 *
 * @module
 */
import type { Clock } from "../base/clock.ts";
import { Deadline, type Deadlines } from "../base/deadlines.ts";
import type { Reject, Resolve } from "../connection/call.ts";
import { AbortError, type ErrorFields, type RedisError, TimeoutError } from "../errors.ts";
import type { Outcomes } from "../observability/outcomes.ts";
import type { Mapping } from "../resp/mapping.ts";

/** What a single call may ask for. */
export interface CallOptions {
  /** Gives the call up. A command that was written keeps its place in line and its reply is dropped. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for queue, write, retries and reply together, instead of `commandTimeoutMs`; 0 is for ever. */
  timeoutMs?: number | undefined;
  /** Whether the command may be sent again although the server may have run it; the retry rule decides when absent. */
  idempotent?: boolean | undefined;
}

/** What every call with options needs from its pool. */
export interface CallContext {
  /** Time. */
  readonly clock: Clock;
  /** The deadlines of the whole pool. */
  readonly deadlines: Deadlines;
  /** Milliseconds a command may take when it does not say. */
  readonly commandTimeoutMs: number;
  /** `host:port` or the path of the Unix socket. */
  readonly endpoint: string;
  /** Counts what becomes of commands. */
  readonly outcomes?: Outcomes | undefined;
  /** Why no connection can be had, for commands that were not sent in time. */
  whyUnsent?(): unknown;
}

/** A call that its caller, or time, can end early. */
export abstract class CancellableCall extends Deadline {
  /** It keeps its own. */
  readonly hasDeadline = true;
  /** How its replies are returned. */
  readonly mapping: Mapping | undefined;
  /** What the caller said about sending it twice. */
  readonly idempotent: boolean | undefined;
  /** Called when the caller was rejected by his signal or deadline; a lease ends its connection then. */
  onCancel: ((error: RedisError) => void) | undefined;
  /** Whether it is the library's own: what becomes of it does not count. */
  isOwn = false;
  /** What this call is, in errors. */
  protected abstract readonly title: string;
  /** Its verb, when it has one. */
  protected abstract readonly command: string | undefined;
  /** What the call needs from its pool. */
  protected readonly context: CallContext;
  /** Whether its bytes were handed to the socket, and not refused since. */
  protected sent = false;

  readonly #signal: AbortSignal | undefined;
  readonly #resolve: Resolve;
  readonly #reject: Reject;
  readonly #startedAt: number;
  /** Why its last attempt did not run, while it waits for the next one. */
  #refusal: RedisError | undefined;
  #isSettled = false;

  /** Starts the clock and listens to the signal, which must not have fired. */
  constructor(
    context: CallContext,
    options: CallOptions,
    mapping: Mapping | undefined,
    resolve: Resolve,
    reject: Reject,
  ) {
    super();
    this.context = context;
    this.mapping = mapping;
    this.idempotent = options.idempotent;
    this.#signal = options.signal;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#startedAt = context.clock.now();
    const timeoutMs = options.timeoutMs ?? context.commandTimeoutMs;
    if (timeoutMs > 0) context.deadlines.add(this, this.#startedAt + timeoutMs);
    this.#signal?.addEventListener("abort", this);
  }

  /** Whether the caller was settled; what comes for the call is then dropped. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Fulfils the caller's promise, unless it was settled. */
  protected fulfil(value: unknown): void {
    if (!this.#settle()) return;
    this.#count(undefined);
    this.#resolve(value);
  }

  /** Rejects the caller's promise, unless it was settled. */
  protected refuse(error: unknown): void {
    if (!this.#settle()) return;
    this.#count(error);
    this.#reject(error);
  }

  /** Counts what became of it; `error` is what ended it, if anything did. */
  protected abstract countIn(outcomes: Outcomes, error: unknown): void;

  #count(error: unknown): void {
    const { outcomes } = this.context;
    if (outcomes !== undefined && !this.isOwn) this.countIn(outcomes, error);
  }

  /** Rejects the caller with what ended the call; a batch says more than its cause. */
  protected abstract end(error: RedisError): void;

  /** It was sent and waits to be sent again: an earlier attempt may have run, or the server refused the last one. */
  waitAgain(mayHaveRun: boolean, refusal: RedisError | undefined): void {
    this.sent = mayHaveRun;
    this.#refusal = refusal;
  }

  /** The deadline has passed. */
  override expire(now: number): void {
    // What the server said says more than that time is up.
    if (!this.sent && this.#refusal !== undefined) return this.#cancel(this.#refusal);
    const cause = this.sent ? undefined : this.context.whyUnsent?.();
    const fields = { ...this.#fields(now), cause };
    const message = `${this.title} got no reply from ${fields.endpoint} within ${Math.round(now - this.#startedAt)} ms`;
    this.#cancel(new TimeoutError("COMMAND_TIMEOUT", message, fields));
  }

  /** The signal has fired; part of the event listener interface. */
  handleEvent(): void {
    const fields = { ...this.#fields(this.context.clock.now()), cause: this.#signal!.reason };
    this.#cancel(new AbortError("ABORTED", `${this.title} was aborted by its signal`, fields));
  }

  #fields(now: number): ErrorFields {
    const { sent, command } = this;
    const { endpoint } = this.context;
    return { command, endpoint, phase: sent ? "reply" : "queue", sent, elapsedMs: now - this.#startedAt };
  }

  #cancel(error: RedisError): void {
    if (this.#isSettled) return;
    this.end(error);
    this.onCancel?.(error);
  }

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.context.deadlines.remove(this);
    this.#signal?.removeEventListener("abort", this);
    return true;
  }
}

/** The error of a call whose signal had fired before it began. */
export function abortedBefore(title: string, command: string | undefined, signal: AbortSignal): AbortError {
  const fields = { command, phase: "queue", cause: signal.reason } as const;
  return new AbortError("ABORTED", `${title} was aborted before it was queued`, fields);
}
