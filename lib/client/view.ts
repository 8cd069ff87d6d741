/**
 * The same commands with options applied to each call: a cheap object over the same sockets.
 *
 * @module
 */
import { type BlockingCommands, blockingSpecs } from "../commands/blocking.ts";
import { type Commands, commandSpecs } from "../commands/commands.ts";
import { defineCommands } from "../commands/define.ts";
import { type SessionCommands, sessionSpecs } from "../commands/session.ts";
import type { Promised } from "../commands/surface.ts";
import type { Argument } from "../resp/encoder.ts";
import { checkViewOptions } from "./call_options.ts";
import type { Dispatcher, ViewOptions } from "./dispatcher.ts";
import { type Pipeline, pipelineOf, type Transaction, transactionOf } from "./pipeline.ts";

/** What every view has. `Text` is what strings in replies are, `Null` what a transaction may be besides its replies. */
export interface View<Text, Null> extends Commands<Promised<Text>>, BlockingCommands<Promised<Text>> {
  /** Runs any command. */
  send(args: readonly Argument[]): Promise<unknown>;
  /** Commands that leave together. */
  pipeline(): Pipeline<[], Text>;
  /** Commands that run as one. */
  multi(): Transaction<[], Null, Text>;
}

/** A pool with options applied to each call. */
export interface PoolView<Text = string> extends View<Text, never> {}

/** A lease with options applied to each call. */
export interface LeaseView<Text = string> extends View<Text, null>, SessionCommands<Promised<Text>> {}

/** Runs every command of a dispatcher with the same options. */
class OptionsView {
  readonly dispatcher: Dispatcher;
  readonly options: ViewOptions;

  constructor(dispatcher: Dispatcher, options: ViewOptions) {
    this.dispatcher = dispatcher;
    this.options = options;
  }

  send(args: readonly Argument[]): Promise<unknown> {
    return this.dispatcher.run(args, undefined, this.options);
  }

  pipeline(): Pipeline {
    return pipelineOf(this.dispatcher, this.options);
  }

  multi(): Transaction<[], null> {
    return transactionOf(this.dispatcher, this.options);
  }
}

const everySpec = [...commandSpecs, ...blockingSpecs, ...sessionSpecs];
defineCommands<OptionsView, Promise<unknown>>(OptionsView.prototype, everySpec, ({ shape }) =>
  function (args) {
    return this.dispatcher.run(args, shape, this.options);
  });

/**
 * The commands of `dispatcher` with `options` applied to each.
 *
 * @throws {ArgumentError} INVALID_OPTION with the option's name.
 */
export function viewOf(dispatcher: Dispatcher, options: ViewOptions): PoolView & LeaseView {
  checkViewOptions(options);
  return new OptionsView(dispatcher, options) as unknown as PoolView & LeaseView;
}
