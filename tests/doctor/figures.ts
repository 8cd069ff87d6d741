/**
 * Measurements as they come out on a near and on a far server.
 *
 * @module
 */
import type { LoadPoint, Measurements, SizePoint, Times } from "../../lib/doctor/report.ts";

function times(p50Ms: number): Times {
  return { count: 100, leastMs: p50Ms * 0.9, p50Ms, p99Ms: p50Ms * 2 };
}

function load(callers: number, perSecond: number, p50Ms: number): LoadPoint {
  return { callers, perSecond, ...times(p50Ms) };
}

/** A point of a curve over connections. */
export function size(connections: number, perSecond: number, p50Ms = 1): SizePoint {
  return { ...load(64, perSecond, p50Ms), connections };
}

/** A server on the same machine: eight connections keep it busy. */
export const near: Measurements = {
  connect: times(0.8),
  roundTrip: times(0.05),
  callers: [load(1, 20_000, 0.05), load(10, 150_000, 0.06), load(50, 400_000, 0.1), load(1000, 700_000, 1.2)],
  leases: [
    ...[size(1, 9_000, 7), size(2, 16_000, 4), size(4, 32_000, 2), size(8, 46_000, 1.3)],
    ...[size(16, 50_000), size(32, 49_000), size(64, 48_000)],
  ],
  besideLarge: [size(1, 9_000, 1), size(2, 20_000, 0.5)],
};

/** A server behind two milliseconds: the rate grows with the connections. */
export const far: Measurements = {
  connect: times(5.3),
  roundTrip: times(2.3),
  callers: [load(1, 430, 2.3), load(10, 4_300, 2.3), load(50, 21_000, 2.4), load(1000, 160_000, 5.5)],
  leases: [1, 2, 4, 8, 16, 32, 64].map((connections) => size(connections, connections * 430, 2.3 * 64 / connections)),
  besideLarge: [size(1, 2_000, 4.1), size(2, 2_000, 4)],
};
