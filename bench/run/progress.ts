/**
 * Says on a terminal what is being measured and how long it will still take.
 *
 * @module
 */
import process from "node:process";

const width = 24;

/** A bar that fills by steps of equal length. */
export class Progress {
  readonly #steps: number;
  readonly #startedAt = performance.now();
  #done = -1;

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** A step begins. */
  step(what: string): void {
    this.#done++;
    if (!process.stderr.isTTY) return;
    process.stderr.write(
      `\r\x1b[2K${bar(this.#done / this.#steps)} ${this.#left()}  ${what}`,
    );
  }

  /** Takes the bar away, so that something can be printed. */
  hide(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
  }

  #left(): string {
    if (this.#done < 1) return "";
    const perStep = (performance.now() - this.#startedAt) / this.#done;
    return `${timeLeft(perStep * (this.#steps - this.#done))} left`;
  }
}

/** A bar; `share` runs from 0 to 1. */
export function bar(share: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${
    String(Math.floor(share * 100)).padStart(3)
  } %`;
}

/** Minutes and seconds, `1:05`. */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
