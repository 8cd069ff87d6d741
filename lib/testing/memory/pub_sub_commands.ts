/**
 * The commands of publishing and subscribing.
 *
 * @module
 */
import { command, type Commands, container } from "./command.ts";
import { globMatcher } from "./glob.ts";
import { push, type Reply, sequence } from "./reply.ts";
import type { Session } from "./session.ts";

/** The commands of publishing and subscribing, by verb. */
export const pubSubCommands: Commands<Session> = {
  SUBSCRIBE: command(-2, ([, ...channels], session) =>
    sequence(channels.map((channel) => {
      session.channels.add(channel);
      session.state.pubSub.subscribe(channel, session);
      return confirmation("subscribe", channel, session);
    }))),
  UNSUBSCRIBE: command(
    -1,
    ([, ...channels], session) =>
      forEachOrNone("unsubscribe", channels, session.channels, session, (channel) => {
        session.channels.delete(channel);
        session.state.pubSub.unsubscribe(channel, session);
      }),
  ),
  PSUBSCRIBE: command(-2, ([, ...patterns], session) =>
    sequence(patterns.map((pattern) => {
      session.patterns.add(pattern);
      session.state.pubSub.subscribePattern(pattern, session);
      return confirmation("psubscribe", pattern, session);
    }))),
  PUNSUBSCRIBE: command(
    -1,
    ([, ...patterns], session) =>
      forEachOrNone("punsubscribe", patterns, session.patterns, session, (pattern) => {
        session.patterns.delete(pattern);
        session.state.pubSub.unsubscribePattern(pattern, session);
      }),
  ),
  PUBLISH: command(3, ([, channel, message], session) => session.state.pubSub.publish(channel, message)),
  PUBSUB: container<Session>({
    CHANNELS: command(-2, (args, session) => {
      return session.state.pubSub.channels().filter(globMatcher(args.length > 2 ? args[2] : "*"));
    }),
    NUMSUB: command(-2, ([, , ...channels], session) => {
      return channels.flatMap((channel) => [channel, session.state.pubSub.subscriberCount(channel)]);
    }),
    NUMPAT: command(2, (_, session) => session.state.pubSub.patternCount),
  }),
};

function confirmation(kind: string, name: string | null, session: Session): Reply {
  return push([kind, name, session.channels.size + session.patterns.size]);
}

/** Without names, all there are; without any at all, one confirmation that there are none. */
function forEachOrNone(
  kind: string,
  names: readonly string[],
  all: ReadonlySet<string>,
  session: Session,
  end: (name: string) => void,
): Reply {
  const chosen = names.length > 0 ? names : [...all];
  if (chosen.length === 0) return confirmation(kind, null, session);
  return sequence(chosen.map((name) => {
    end(name);
    return confirmation(kind, name, session);
  }));
}
