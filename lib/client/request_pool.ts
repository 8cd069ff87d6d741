/**
 * A pool for runtimes whose sockets die with the request that opened them. It belongs to the first request that uses
 * it. In any other one its calls would wait for a socket that can no longer answer, and for timers that never fire, so
 * they are refused instead.
 *
 * @module
 */
import type { Shape } from "../commands/spec.ts";
import type { Call, ReplySource } from "../connection/call.ts";
import { LeaseError } from "../errors.ts";
import type { Platform } from "../net/platform.ts";
import type { AcquireOptions } from "../pool/pool.ts";
import type { Argument } from "../resp/encoder.ts";
import type { BatchCommand } from "./batch_call.ts";
import type { ViewOptions } from "./dispatcher.ts";
import type { Settings } from "./options.ts";
import { PoolClient } from "./pool_client.ts";
import { LeaseClient } from "./redis_lease.ts";

/** Marks the current request; see `Platform`. */
export type MarkRequest = NonNullable<Platform["markRequest"]>;

/** Finishes a batch; see `Dispatcher`. */
type Finish = (results: unknown[], source: ReplySource) => unknown;

/** Knows the request that a pool belongs to. */
class Guard {
  readonly #markRequest: MarkRequest;
  #isHere: (() => boolean) | undefined;

  constructor(markRequest: MarkRequest) {
    this.#markRequest = markRequest;
  }

  /** Throws unless this is the request that the pool belongs to; the first one that asks is. */
  check(): void {
    try {
      this.#isHere ??= this.#markRequest();
    } catch {
      throw crossRequest("a pool can be used while a request is served, and not before");
    }
    if (!this.#isHere()) {
      throw crossRequest("this pool belongs to another request: its sockets end with it; make one pool per request");
    }
  }

  /** The same as a rejection; `undefined` when all is well. */
  refusal(): Promise<never> | undefined {
    try {
      this.check();
    } catch (error) {
      return Promise.reject(error);
    }
    return undefined;
  }
}

function crossRequest(message: string): LeaseError {
  return new LeaseError("CROSS_REQUEST", message, { phase: "acquire" });
}

/** Leases that may be used in the request of their pool alone. */
function guardedLease(guard: Guard): typeof LeaseClient {
  return class extends LeaseClient {
    override dispatch(args: readonly Argument[], call: Call | undefined): Promise<unknown> {
      return guard.refusal() ?? super.dispatch(args, call);
    }

    override run(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown> {
      return guard.refusal() ?? super.run(args, shape, options);
    }

    override runBatch(
      commands: readonly BatchCommand[],
      options: ViewOptions,
      finish: Finish,
    ): Promise<unknown> {
      return guard.refusal() ?? super.runBatch(commands, options, finish);
    }
  };
}

/** The pool of one server, for one request. */
export class RequestPoolClient extends PoolClient {
  readonly #guard: Guard;

  /** Makes a pool; nothing is opened, and no request is chosen yet. */
  constructor(settings: Settings, markRequest: MarkRequest) {
    const guard = new Guard(markRequest);
    super({ ...settings, pool: { ...settings.pool, lease: guardedLease(guard) } });
    this.#guard = guard;
  }

  /** Runs a command without options, in this request. */
  override dispatch(args: readonly Argument[], call: Call | undefined): Promise<unknown> {
    return this.#guard.refusal() ?? super.dispatch(args, call);
  }

  /** Runs a command with options, in this request. */
  override run(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown> {
    return this.#guard.refusal() ?? super.run(args, shape, options);
  }

  /** Runs commands together, in this request. */
  override runBatch(commands: readonly BatchCommand[], options: ViewOptions, finish: Finish): Promise<unknown> {
    return this.#guard.refusal() ?? super.runBatch(commands, options, finish);
  }

  /** Takes an exclusive connection, in this request. */
  override acquire(options?: AcquireOptions): Promise<LeaseClient> {
    return this.#guard.refusal() ?? super.acquire(options);
  }

  /** Takes an idle connection if there is one, in this request. */
  override tryAcquire(): LeaseClient | undefined {
    this.#guard.check();
    return super.tryAcquire();
  }

  /** Acquires, runs `fn`, releases, in this request. */
  override use<T>(fn: (lease: LeaseClient) => T | PromiseLike<T>, options?: AcquireOptions): Promise<T> {
    return this.#guard.refusal() ?? super.use(fn, options);
  }

  /** Opens a connection, in this request. */
  override ready(): Promise<void> {
    return this.#guard.refusal() ?? super.ready();
  }

  /** Opens connections, in this request. */
  override warm(count: number): Promise<void> {
    return this.#guard.refusal() ?? super.warm(count);
  }
}
