/**
 * Who listens to which channels and patterns.
 *
 * @module
 */
import { globMatcher } from "./glob.ts";
import { push, type Reply } from "./reply.ts";

/** Someone who listens. */
export interface Subscriber {
  /** Sends a message nobody asked for. */
  deliver(message: Reply): void;
}

/** The subscriptions of one server. */
export class PubSub {
  readonly #channels = new Map<string, Set<Subscriber>>();
  readonly #patterns = new Map<string, { matches: (channel: string) => boolean; subscribers: Set<Subscriber> }>();

  /** Adds a subscriber to a channel. */
  subscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.#channels.get(channel);
    if (subscribers === undefined) this.#channels.set(channel, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  /** Ends `subscribe`. */
  unsubscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.#channels.get(channel);
    if (subscribers?.delete(subscriber) && subscribers.size === 0) this.#channels.delete(channel);
  }

  /** Adds a subscriber to every channel that matches the pattern. */
  subscribePattern(pattern: string, subscriber: Subscriber): void {
    const entry = this.#patterns.get(pattern);
    if (entry !== undefined) entry.subscribers.add(subscriber);
    else this.#patterns.set(pattern, { matches: globMatcher(pattern), subscribers: new Set([subscriber]) });
  }

  /** Ends `subscribePattern`. */
  unsubscribePattern(pattern: string, subscriber: Subscriber): void {
    const entry = this.#patterns.get(pattern);
    if (entry?.subscribers.delete(subscriber) && entry.subscribers.size === 0) this.#patterns.delete(pattern);
  }

  /** Sends a message to everyone who listens. Returns how many messages that were. */
  publish(channel: string, message: string): number {
    let count = 0;
    for (const subscriber of this.#channels.get(channel) ?? []) {
      subscriber.deliver(push(["message", channel, message]));
      count++;
    }
    for (const [pattern, { matches, subscribers }] of this.#patterns) {
      if (!matches(channel)) continue;
      for (const subscriber of subscribers) {
        subscriber.deliver(push(["pmessage", pattern, channel, message]));
        count++;
      }
    }
    return count;
  }

  /** The channels that someone listens to by name. */
  channels(): string[] {
    return [...this.#channels.keys()];
  }

  /** How many listen to a channel by name. */
  subscriberCount(channel: string): number {
    return this.#channels.get(channel)?.size ?? 0;
  }

  /** How many patterns someone listens to. */
  get patternCount(): number {
    return this.#patterns.size;
  }
}
