/**
 * The optimisations under test, and what each is expected to bring.
 *
 * @module
 */

/** Each can be on or off by itself; all off is redis-py's algorithm. */
export interface Switches {
  /** Taking an idle connection holds no lock; connects and checks happen outside. */
  readonly lockFree: boolean;
  /** A connection used less than a second ago is not looked at. */
  readonly healthCache: boolean;
  /** Ten connections are there before the first call. */
  readonly warming: boolean;
  /** Encoders are made with the pool, not for a connection's first command. */
  readonly readyEncoder: boolean;
  /** Backoff from 20 ms with full jitter, a circuit breaker, one attempt at a time while the server is away. */
  readonly recovery: boolean;
  /** Acquire times, numbers of connections and failures are counted. */
  readonly metrics: boolean;
}

/** All off. */
export const plain: Switches = {
  lockFree: false,
  healthCache: false,
  warming: false,
  readyEncoder: false,
  recovery: false,
  metrics: false,
};

/** All on. */
export const optimised: Switches = {
  lockFree: true,
  healthCache: true,
  warming: true,
  readyEncoder: true,
  recovery: true,
  metrics: true,
};
