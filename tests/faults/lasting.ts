/**
 * How long faults last: short where every change is tested, long in the task that has time.
 *
 * @module
 */
import process from "node:process";

/** Whether there is time. */
export const isLong: boolean = process.env.RESPOOL_FAULTS === "long";

/** One of two lengths. */
export function lasting(short: number, long: number): number {
  return isLong ? long : short;
}
