/**
 * Leases and connects whose watchers are told.
 *
 * @module
 */
import type { Shape } from "../commands/spec.ts";
import type { Call, ReplySource } from "../connection/call.ts";
import type { Connection, ConnectionContext, ConnectionOwner } from "../connection/connection.ts";
import type { Argument } from "../resp/encoder.ts";
import type { BatchCommand } from "./batch_call.ts";
import type { CommandWatch } from "./command_watch.ts";
import type { ViewOptions } from "./dispatcher.ts";
import { type FactorySettings, RedisFactory } from "./redis_factory.ts";
import type { LeaseClient } from "./redis_lease.ts";

/** The class of leases `Lease`, with commands that are watched. */
export function watchedLease(Lease: typeof LeaseClient, watch: CommandWatch): typeof LeaseClient {
  return class extends Lease {
    override dispatch(args: readonly Argument[], call: Call | undefined): Promise<unknown> {
      if (!watch.hearsCommands) return super.dispatch(args, call);
      return watch.command("lease", args, () => super.dispatch(args, call));
    }

    override run(args: readonly Argument[], shape: Shape | undefined, options: ViewOptions): Promise<unknown> {
      if (!watch.hearsCommands || !Array.isArray(args)) return super.run(args, shape, options);
      return watch.command("lease", args, () => super.run(args, shape, options));
    }

    override runBatch(
      commands: readonly BatchCommand[],
      options: ViewOptions,
      finish: (results: unknown[], source: ReplySource) => unknown,
    ): Promise<unknown> {
      if (!watch.hearsBatches) return super.runBatch(commands, options, finish);
      return watch.batch("lease", commands, () => super.runBatch(commands, options, finish));
    }
  };
}

/** Makes connections and tells of it. */
export class WatchedFactory extends RedisFactory {
  readonly #watch: CommandWatch;

  /** Makes connections that belong to `owner` until someone takes them over. */
  constructor(settings: FactorySettings, context: ConnectionContext, owner: ConnectionOwner, watch: CommandWatch) {
    super(settings, context, owner);
    this.#watch = watch;
  }

  /** Opens a socket and makes a session of it. */
  override connect(signal: AbortSignal): Promise<Connection> {
    return this.#watch.connect(() => super.connect(signal));
  }
}
