/** Connections without sockets, whose every step a test can hold back, let pass or let fail. */
import type { Clock } from "../../lib/base/clock.ts";
import type { Factory } from "../../lib/pool/factory.ts";

/** A connection without a socket. */
export class FakeConnection {
  readonly id: number;
  /** What `validate` answers. */
  fit = true;
  /** What `reset` finds. */
  clean = true;
  /** Whether `destroy` was called. */
  ended = false;
  /** Who holds it, for tests that check it has one owner. */
  holder: unknown = undefined;
  validations = 0;

  constructor(id: number) {
    this.id = id;
  }
}

/** A call of the pool that the test has not answered yet. */
export interface Pending {
  readonly kind: "connect" | "validate" | "reset" | "destroy";
  readonly connection: FakeConnection | undefined;
  readonly signal: AbortSignal | undefined;
  /** Answers well. */
  pass(): void;
  /** Answers badly. */
  fail(error: unknown): void;
}

/** Makes them, and counts what a server would see. */
export class FakeFactory implements Factory<FakeConnection> {
  /** Sockets as a server would count them: from the start of a connect to the end of a destroy. */
  sockets = 0;
  mostSockets = 0;
  connecting = 0;
  mostConnecting = 0;
  connects = 0;
  readonly connectTimes: number[] = [];
  /** Connections that were made and not destroyed. */
  readonly open = new Set<FakeConnection>();
  readonly destroyed: FakeConnection[] = [];
  /** Calls that wait for an answer, when their kind is held. */
  readonly pending: Pending[] = [];
  /** Which kinds wait for an answer of the test. */
  readonly held = new Set<Pending["kind"]>();
  /** How long connecting takes. */
  connectMs = 0;
  /** Why connecting fails, by the number of the attempt. */
  failure: (attempt: number) => unknown = () => undefined;
  fatal: unknown = undefined;
  /** Whether the end of a connect's signal is heard. */
  hearsAbort = true;
  readonly #clock: Clock;
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  connect(signal: AbortSignal): Promise<FakeConnection> {
    const attempt = ++this.connects;
    this.connectTimes.push(this.#clock.now());
    this.mostSockets = Math.max(this.mostSockets, ++this.sockets);
    this.mostConnecting = Math.max(this.mostConnecting, ++this.connecting);
    return new Promise((resolve, reject) => {
      let over = false;
      const finish = (error: unknown) => {
        if (over) return;
        over = true;
        this.connecting--;
        if (error === undefined) return resolve(this.#make());
        this.sockets--;
        reject(error);
      };
      const pass = () => finish(this.failure(attempt));
      if (this.hearsAbort) signal.addEventListener("abort", () => finish(signal.reason));
      if (this.held.has("connect")) this.#hold("connect", undefined, signal, pass, finish);
      else if (this.connectMs > 0) this.#clock.setTimer(pass, this.connectMs, true);
      else pass();
    });
  }

  validate(connection: FakeConnection): Promise<boolean> {
    connection.validations++;
    if (!this.held.has("validate")) return Promise.resolve(connection.fit);
    return new Promise((resolve, reject) =>
      this.#hold("validate", connection, undefined, () => resolve(connection.fit), reject)
    );
  }

  reset(connection: FakeConnection): boolean | Promise<boolean> {
    if (connection.clean) return true;
    connection.clean = true;
    if (!this.held.has("reset")) return Promise.resolve(true);
    return new Promise((resolve, reject) => this.#hold("reset", connection, undefined, () => resolve(true), reject));
  }

  destroy(connection: FakeConnection): void | Promise<void> {
    if (connection.ended) throw new Error(`connection ${connection.id} was destroyed twice`);
    connection.ended = true;
    this.open.delete(connection);
    this.destroyed.push(connection);
    if (!this.held.has("destroy")) return void this.sockets--;
    return new Promise((resolve) => {
      const pass = () => {
        this.sockets--;
        resolve();
      };
      this.#hold("destroy", connection, undefined, pass, pass);
    });
  }

  isFatal(error: unknown): boolean {
    return error === this.fatal;
  }

  /** Answers all held calls of a kind well. */
  pass(kind: Pending["kind"]): void {
    for (const call of [...this.pending]) if (call.kind === kind) call.pass();
  }

  /** Answers all held calls of a kind badly. */
  fail(kind: Pending["kind"], error: unknown = new Error("refused")): void {
    for (const call of [...this.pending]) if (call.kind === kind) call.fail(error);
  }

  #make(): FakeConnection {
    const connection = new FakeConnection(++this.#lastId);
    this.open.add(connection);
    return connection;
  }

  #hold(
    kind: Pending["kind"],
    connection: FakeConnection | undefined,
    signal: AbortSignal | undefined,
    pass: () => void,
    fail: (error: unknown) => void,
  ): void {
    const call: Pending = {
      kind,
      connection,
      signal,
      pass: () => this.#answer(call, pass),
      fail: (error) => this.#answer(call, () => fail(error)),
    };
    this.pending.push(call);
  }

  #answer(call: Pending, answer: () => void): void {
    const index = this.pending.indexOf(call);
    if (index < 0) return;
    this.pending.splice(index, 1);
    answer();
  }
}
