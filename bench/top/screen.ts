/**
 * Draws what `top` shows.
 *
 * @module
 */
import { grouped } from "../demo/table.ts";
import type { Figures } from "./figures.ts";

const barWidth = 24;
const sparks = "▁▂▃▄▅▆▇█";

/** One screen: a heading, and a block for each pool with the rates of the last frames. */
export function screen(
  heading: string,
  pools: readonly Figures[],
  history: ReadonlyMap<string, readonly number[]>,
): string {
  return [
    heading,
    ...pools.flatMap((
      pool,
    ) => ["", ...block(pool, history.get(pool.pool) ?? [])]),
    "",
  ].join("\n");
}

function block(figures: Figures, rates: readonly number[]): string[] {
  const {
    pool,
    used,
    idle,
    max,
    waiting,
    perSecond,
    failuresPerSecond,
    inFlight,
    queued,
  } = figures;
  const share = max === 0 ? 0 : used / max;
  return [
    pool,
    row(
      "utilisation",
      `${bar(share)} ${percent(share)}  ${used} of ${max} used, ${idle} idle`,
    ),
    row(
      "waiting",
      `${grouped(waiting)} for a connection, wait p50 ${time(figures.waitP50)} p99 ${time(figures.waitP99)}`,
    ),
    row("throughput", `${grouped(perSecond)}/s  ${spark(rates)}`),
    row(
      "commands",
      `p50 ${time(figures.commandP50)} p99 ${time(figures.commandP99)}, ${inFlight} in flight, ${queued} queued`,
    ),
    row("failures", failures(figures, failuresPerSecond)),
    row(
      "circuit",
      `${figures.circuit.replace("_", "-")} for ${grouped(figures.circuitSeconds)} s`,
    ),
  ];
}

function failures(
  { connectFailuresPerSecond, timeoutsPerSecond }: Figures,
  commands: number,
): string {
  return `commands ${rate(commands)}, connects ${rate(connectFailuresPerSecond)}, waits ${rate(timeoutsPerSecond)}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(13)}${text}`.trimEnd();
}

/** A bar that is full at 1. */
function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return "█".repeat(filled) + "░".repeat(barWidth - filled);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`.padStart(5);
}

/** Seconds as milliseconds; a dash when there were none. */
function time(seconds: number): string {
  if (Number.isNaN(seconds)) return "–";
  const ms = seconds * 1000;
  return `${ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2)} ms`;
}

function rate(perSecond: number): string {
  return `${perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : grouped(perSecond)}/s`;
}

/** The course of a number, as high as its greatest. */
function spark(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  return values.map((value) =>
    sparks[
      Math.min(sparks.length - 1, Math.floor(value / most * sparks.length))
    ]
  ).join("");
}
