/**
 * Who the pool is on the server: asked at every handshake, so that what has changed meanwhile is used.
 *
 * When a provider says that its identity has changed, every connection is replaced: idle ones at once, those of the
 * shared lane when what they carry is answered, leased ones when they come back. Nothing is sent on a connection that
 * somebody else uses, no session is half one user's and half another's, and the handshake stays the one place where
 * credentials go out. It costs a dial for each connection per change.
 *
 * @module
 */
import type { Identity } from "../connection/handshake.ts";
import { ArgumentError, AuthError } from "../errors.ts";
import { systemCause } from "../net/failures.ts";

/** Credentials that change while the pool lives, such as tokens that are renewed. */
export interface CredentialsProvider {
  /** The identity to use now. Asked at each handshake, within its `connectTimeoutMs`; so it should be at hand. */
  current(): Identity | Promise<Identity>;
  /**
   * Calls `changed` each time `current` has become another one. Called once, when the pool is made; the function that it
   * returns is called when the pool is closed.
   */
  subscribe(changed: () => void): () => void;
}

/**
 * Asked for user and password at each handshake: a function, or a provider that also says when they have changed.
 *
 * @example
 * ```ts
 * import { createPool, type CredentialsProvider } from "@respool/respool";
 *
 * class Token implements CredentialsProvider {
 *   readonly #listeners = new Set<() => void>();
 *   #token = "first";
 *
 *   current() {
 *     return { username: "app", password: this.#token };
 *   }
 *
 *   subscribe(changed: () => void) {
 *     this.#listeners.add(changed);
 *     return () => this.#listeners.delete(changed);
 *   }
 *
 *   renew(token: string) {
 *     this.#token = token;
 *     for (const changed of this.#listeners) changed();
 *   }
 * }
 *
 * const pool = createPool("rediss://cache.example", { credentials: new Token() });
 * await pool.close();
 * ```
 */
export type Credentials = (() => Identity | Promise<Identity>) | CredentialsProvider;

/** Whether a value can be asked for credentials. */
export function isCredentials(value: unknown): value is Credentials {
  if (typeof value === "function") return true;
  const { current, subscribe } = Object(value) as Partial<CredentialsProvider>;
  return typeof current === "function" && typeof subscribe === "function";
}

/**
 * Asks for the identity.
 *
 * @throws {AuthError} CREDENTIALS_FAILED when whoever was asked fails. What he threw may hold a secret: only its code or
 * name is kept.
 * @throws {ArgumentError} INVALID_OPTION when the answer is no identity.
 */
export async function askFor(credentials: Credentials): Promise<Identity> {
  let answer: unknown;
  try {
    answer = await (typeof credentials === "function" ? credentials() : credentials.current());
  } catch (error) {
    const cause = systemCause(error);
    throw new AuthError("CREDENTIALS_FAILED", `no credentials could be had (${cause.code})`, {
      phase: "handshake",
      cause,
    });
  }
  return identityOf(answer);
}

/** A copy that holds its own properties and nothing inherited. */
function identityOf(answer: unknown): Identity {
  const { username, password } = Object.assign(Object.create(null), answer) as Record<string, unknown>;
  const isText = (value: unknown) => value === undefined || (typeof value === "string" && value !== "");
  const isComplete = username === undefined || password !== undefined;
  if (typeof answer === "object" && answer !== null && isText(username) && isText(password) && isComplete) {
    return { username, password } as Identity;
  }
  const accepts = "a function or provider that gives { username, password }, both text, the name never alone";
  throw new ArgumentError("INVALID_OPTION", `option credentials accepts ${accepts}`, "credentials");
}
