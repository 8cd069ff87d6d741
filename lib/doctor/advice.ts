/**
 * What to set, concluded from what was measured.
 *
 * @module
 */
import type { Advice, Measurements, ServerFacts, SizePoint } from "./report.ts";

/** Gives a value for each option that depends on server and network. */
export function adviseOn(server: ServerFacts, measured: Measurements): Advice[] {
  const size = adviseMaxSize(server, measured);
  return [
    size,
    adviseMinIdle(size.value, measured),
    adviseShared(measured),
    adviseHealthCache(measured),
    adviseKeepalive(server),
    adviseIdleTimeout(server),
    adviseLifetime(measured),
  ];
}

/** More leased connections must give this much more to be worth having. */
const worthwhile = 1.25;
/** Connections for each one that is busy on average: calls do not come evenly. */
const spare = 4;
/** The part of the connections that the server has left which one pool may take. */
const shareOfRoom = 0.25;

/** The most connections that one pool should open. */
export function roomFor({ maxClients, connectedClients = 0 }: ServerFacts): number {
  if (maxClients === undefined) return Infinity;
  return Math.max(1, Math.floor((maxClients - connectedClients) * shareOfRoom));
}

/**
 * Where the curve of the rates bends, but no more than the best rate can keep busy: each call occupies a connection for
 * a round trip. The second bound keeps a busy moment of the machine, which bends the curve anywhere, out of the advice.
 */
function adviseMaxSize(server: ServerFacts, { leases, roundTrip }: Measurements): Advice {
  const best = leases.reduce((a, b) => b.perSecond > a.perSecond ? b : a);
  const bend = leases.find(({ perSecond }) => perSecond * worthwhile >= best.perSecond) ?? best;
  const busy = best.perSecond * roundTrip.leastMs / 1000;
  // The shared lane takes a slot of its own.
  const wanted = Math.max(1, Math.min(bend.connections, Math.ceil(spare * busy))) + 1;
  const room = roomFor(server);
  const tells = `callers with a lease got ${rate(leases[0] ?? best)} and ${rate(best)}; with a round trip of ` +
    `${ms(roundTrip.leastMs)} that is ${busy.toFixed(1)} connections busy at a time; one more is for the shared lane`;
  const bound = wanted > room ? `; the server has room for no more, it accepts ${server.maxClients} clients` : "";
  return { option: "maxSize", value: Math.min(wanted, room), standard: 10, reason: tells + bound };
}

function rate({ perSecond, connections }: SizePoint): string {
  return `${perSecond}/s on ${connections === 1 ? "1 connection" : `${connections} connections`}`;
}

/** From here on a connect is something that callers notice. */
const slowConnectMs = 2;

function adviseMinIdle(maxSize: number, { connect }: Measurements): Advice {
  const isSlow = connect.leastMs >= slowConnectMs;
  const value = isSlow ? Math.ceil(maxSize / 4) : 1;
  const reason = isSlow
    ? `a connect takes ${ms(connect.leastMs)}: a quarter of maxSize is kept open, so that a burst does not wait for it`
    : `a connect takes only ${ms(connect.leastMs)}: one open connection is enough`;
  return { option: "minIdle", value, standard: 0, reason };
}

function adviseShared({ besideLarge }: Measurements): Advice {
  const [one, two] = besideLarge;
  if (one === undefined || two === undefined) throw new Error("large values were not measured");
  const helps = one.p50Ms > two.p50Ms * 1.1;
  const figures = `beside values of 256 KiB small commands take ${ms(one.p50Ms)} on one shared connection ` +
    `and ${ms(two.p50Ms)} on two`;
  const reason = helps ? figures : `${figures}: a second one is not worth its slot`;
  return { option: "shared.connections", value: helps ? 2 : 1, standard: 2, reason };
}

function adviseHealthCache({ roundTrip }: Measurements): Advice {
  const value = Math.min(5000, Math.max(1000, Math.round(roundTrip.leastMs) * 1000));
  const reason = `a check costs a round trip of ${
    ms(roundTrip.leastMs)
  }; so it costs a connection 0.1 % of its time or less`;
  return { option: "healthCacheTtlMs", value, standard: 1000, reason };
}

function adviseKeepalive({ idleTimeoutSeconds = 0 }: ServerFacts): Advice {
  const standard = 5000;
  const value = idleTimeoutSeconds === 0 ? standard : Math.min(standard, Math.round(idleTimeoutSeconds * 1000 / 3));
  const reason = idleTimeoutSeconds === 0
    ? "the server does not close idle clients; a dead connection is found within this time"
    : `the server closes clients that are idle for ${idleTimeoutSeconds} s; a PING in a third of that prevents it`;
  return { option: "keepaliveMs", value, standard, reason };
}

function adviseIdleTimeout({ idleTimeoutSeconds = 0 }: ServerFacts): Advice {
  const standard = 300_000;
  const value = idleTimeoutSeconds === 0 ? standard : Math.min(standard, Math.round(idleTimeoutSeconds * 800));
  const reason = idleTimeoutSeconds === 0
    ? "connections of a burst are closed when they were idle for so long; the server has no limit of its own"
    : `sooner than the server, which closes clients after ${idleTimeoutSeconds} s`;
  return { option: "idleTimeoutMs", value, standard, reason };
}

function adviseLifetime({ connect }: Measurements): Advice {
  const reason = `a name that moved is found within this time; replacing a connection costs ${ms(connect.leastMs)}`;
  return { option: "maxLifetimeMs", value: 1_800_000, standard: 1_800_000, reason };
}

function ms(value: number): string {
  return `${value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2)} ms`;
}
