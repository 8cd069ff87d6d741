/** Tracing channels without a runtime behind them. */
import type { Channel, TracingChannel, TracingChannels } from "../../lib/observability/tracing.ts";

const stages = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

/** One of the five channels of a tracing channel. */
export type Stage = typeof stages[number];

/** What was told: by which channel, and on what. */
export interface Told {
  readonly name: string;
  readonly stage: Stage;
  readonly trace: Record<string, unknown>;
}

/** Channels that write down what they are told; somebody listens to `heard` only. */
export function recordingChannels(heard: readonly Stage[] = stages): { channels: TracingChannels; told: Told[] } {
  const told: Told[] = [];
  const tracing = (name: string): TracingChannel<unknown> => {
    const channel = (stage: Stage): Channel<unknown> => ({
      hasSubscribers: heard.includes(stage),
      publish: (trace) => void told.push({ name, stage, trace: trace as Record<string, unknown> }),
    });
    const start = {
      ...channel("start"),
      runStores<R>(trace: unknown, fn: () => R): R {
        start.publish(trace);
        return fn();
      },
    };
    const [end, asyncStart, asyncEnd, error] = stages.slice(1).map(channel) as [
      Channel<unknown>,
      Channel<unknown>,
      Channel<unknown>,
      Channel<unknown>,
    ];
    return { start, end, asyncStart, asyncEnd, error };
  };
  const channels = {
    command: tracing("command"),
    batch: tracing("batch"),
    connect: tracing("connect"),
    acquire: tracing("acquire"),
  };
  return { channels, told };
}

/** The stages that one channel was told, in order. */
export function stagesOf(told: readonly Told[], name: string): Stage[] {
  return told.filter((one) => one.name === name).map(({ stage }) => stage);
}
