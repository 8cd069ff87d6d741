/**
 * How many connections are wanted.
 *
 * @module
 */

/** The numbers it follows from. */
export interface DemandFacts {
  /** Callers in line. */
  readonly waiting: number;
  /** Connections being opened. */
  readonly connecting: number;
  /** Connections being checked: each that passes serves someone or is idle. */
  readonly validating: number;
  /** Idle connections that are to be kept. */
  readonly idle: number;
  /** Connections that are not on their way in or out. */
  readonly open: number;
  /** How many are kept idle. */
  readonly minIdle: number;
  /** How many are to be open because somebody warms the pool. */
  readonly warm: number;
}

/**
 * How many connections are needed beyond those being opened; negative when too many are. Whoever waits is counted once:
 * a connection on its way is his, whoever caused it, and one that is given back meanwhile makes the next one needless.
 */
export function missing(facts: DemandFacts): number {
  const { waiting, connecting, validating, idle, open, minIdle, warm } = facts;
  const forWaiters = Math.max(0, waiting - validating);
  const forIdle = Math.max(0, minIdle - idle - Math.max(0, validating - waiting));
  return Math.max(forWaiters + forIdle, warm - open) - connecting;
}
