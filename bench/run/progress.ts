/**
 * Says on a terminal what is being measured and how long it will still take.
 *
 * @module
 */
import process from "node:process";

const width = 24;

/** A bar that fills as the planned time goes by; what was slower or faster than planned corrects the time left. */
export class Progress {
  #planned = 0;
  readonly #startedAt = performance.now();
  #done = 0;
  #next = 0;

  /** Adds to the plan; less than nothing takes away what will not happen. */
  plan(seconds: number): void {
    this.#planned += seconds;
  }

  /** Something begins that is planned to take so long; what was before is over. */
  step(what: string, plannedSeconds: number): void {
    this.#done += this.#next;
    this.#next = plannedSeconds;
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r\x1b[2K${bar(this.#share)}  ${timeLeft(this.#left())} left  ${what}`);
  }

  /** How far it is, for those who read it afterwards. */
  get state(): string {
    return `${Math.floor(this.#share * 100)} %, ${timeLeft(this.#left())} left`;
  }

  /** Takes the bar away, so that something can be printed. */
  hide(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
  }

  get #share(): number {
    return this.#planned > 0 ? this.#done / this.#planned : 1;
  }

  #left(): number {
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    const pace = this.#done > 0 ? elapsed / this.#done : 1;
    return (this.#planned - this.#done) * pace;
  }
}

/** A bar; `share` runs from 0 to 1. */
export function bar(share: number): string {
  const whole = Math.min(1, Math.max(0, share));
  const filled = Math.round(whole * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${String(Math.floor(whole * 100)).padStart(3)} %`;
}

/** Minutes and seconds, `1:05`. */
export function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
