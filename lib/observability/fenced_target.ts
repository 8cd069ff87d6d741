/**
 * An event target whose listeners cannot break who dispatches.
 *
 * @module
 */
import { fenced } from "../base/fenced.ts";

/** A listener as `EventTarget` takes it. */
export type Listener = ((event: never) => unknown) | { handleEvent(event: never): unknown };

/** How to listen. */
export interface ListenerOptions {
  /** Hear of the first such event only. */
  once?: boolean | undefined;
  /** Ends it. */
  signal?: AbortSignal | undefined;
}

/**
 * What a listener throws or rejects with stays here: runtimes would take it for an uncaught error of the program. That
 * nobody listens to `error` is no error.
 */
export class FencedTarget extends EventTarget {
  readonly #fences = new WeakMap<object, (event: Event) => void>();

  /** Has a listener called with each event of a type. The same one counts once, as with every `EventTarget`. */
  override addEventListener(type: string, listener: Listener | null, options?: ListenerOptions | boolean): void {
    super.addEventListener(type, listener && this.#fence(listener), options as AddEventListenerOptions);
  }

  /** Ends it. */
  override removeEventListener(type: string, listener: Listener | null): void {
    // A runtime that ends it by the signal knows the fence only.
    super.removeEventListener(type, listener && (this.#fences.get(listener) ?? listener as EventListener));
  }

  #fence(listener: Listener): (event: Event) => void {
    const known = this.#fences.get(listener);
    if (known !== undefined) return known;
    const call = (event: Event) =>
      fenced(() => typeof listener === "function" ? listener(event as never) : listener.handleEvent(event as never));
    this.#fences.set(listener, call);
    return call;
  }
}
