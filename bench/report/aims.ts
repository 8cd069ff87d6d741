/**
 * What respool aims at, and what a report says to that.
 *
 * @module
 */
import type { RuntimeKind } from "../run/programs.ts";
import { three } from "./format.ts";
import { type Lookup, rowsOf } from "./lookup.ts";
import type { LoadRow } from "./report.ts";
import type { Sheet } from "./sheet.ts";

/** An aim, on one runtime. */
export interface Verdict {
  readonly runtime: string;
  readonly workload: string;
  /** What is compared, such as `rate ÷ best peer`. */
  readonly what: string;
  /** Such as `≥ 2.5`. */
  readonly aim: string;
  readonly measured: number;
  readonly isMet: boolean;
}

type Measure = (lookup: Lookup, runtime: string, workload: string) => number | undefined;

interface Aim {
  readonly workload: string;
  readonly what: string;
  readonly bounds: Partial<Record<RuntimeKind, number>>;
  readonly isUpper: boolean;
  readonly measure: Measure;
}

function own(lookup: Lookup, runtime: string, workload: string): LoadRow | undefined {
  return lookup.row("load", runtime, workload, "respool");
}

const toBestPeer: Measure = (lookup, runtime, workload) => own(lookup, runtime, workload)?.toBestPeer ?? undefined;
const toRaw: Measure = (lookup, runtime, workload) => own(lookup, runtime, workload)?.toRaw ?? undefined;

const toBestP99: Measure = (lookup, runtime, workload) => {
  const peers = rowsOf(lookup.table("load", runtime, workload), "peer").map(({ p99 }) => p99);
  const row = own(lookup, runtime, workload);
  return row && peers.length > 0 ? row.p99 / Math.min(...peers) : undefined;
};

function toClient(client: string): Measure {
  return (lookup, runtime, workload) => {
    const [row, other] = [own(lookup, runtime, workload), lookup.row("load", runtime, workload, client)];
    return row && other && row.rate.median / other.rate.median;
  };
}

const startupToIoRedis: Measure = (lookup, runtime, workload) => {
  const row = lookup.row("startup", runtime, workload, "respool");
  const other = lookup.row("startup", runtime, workload, "ioredis");
  return row && other && row.firstReplyMs.median / other.firstReplyMs.median;
};

const startupOverRaw: Measure = (lookup, runtime, workload) => {
  const row = lookup.row("startup", runtime, workload, "respool");
  const raw = lookup.row("startup", runtime, workload, "raw");
  return row && raw && row.firstReplyMs.median - raw.firstReplyMs.median;
};

const timeToThousand: Measure = (lookup, runtime, workload) => {
  const [many, thousand] = [own(lookup, runtime, workload), own(lookup, runtime, "concurrent-1000")];
  return many && thousand && thousand.rate.median / many.rate.median;
};

const heapBytes: Measure = (lookup, runtime, workload) =>
  lookup.row("memory", runtime, workload, "respool")?.heapBytes.median;

function everywhere(bound: number): Aim["bounds"] {
  return { deno: bound, bun: bound, node: bound };
}

function atLeast(workload: string, what: string, measure: Measure, bounds: Aim["bounds"] | number): Aim {
  return { workload, what, measure, bounds: typeof bounds === "number" ? everywhere(bounds) : bounds, isUpper: false };
}

function atMost(workload: string, what: string, measure: Measure, bounds: Aim["bounds"] | number): Aim {
  return { ...atLeast(workload, what, measure, bounds), isUpper: true };
}

function load(workload: string, peer: Aim["bounds"] | number, raw: number): Aim[] {
  return [
    atLeast(workload, "rate ÷ best peer", toBestPeer, peer),
    atLeast(workload, "rate ÷ bare socket", toRaw, raw),
  ];
}

function python(workload: string, bound: number): Aim {
  return atLeast(workload, "rate ÷ redis-py", toClient("redis-py"), bound);
}

const aims: readonly Aim[] = [
  ...load("sequential", { deno: 1.2, node: 1.2, bun: 0.97 }, 0.9),
  ...load("concurrent-10", { deno: 1.2, node: 1.2, bun: 0.97 }, 0.85),
  ...load("concurrent-50", 2.5, 0.65),
  atMost("concurrent-50", "p99 ÷ lowest p99 of a peer", toBestP99, 0.5),
  ...load("concurrent-1000", 5, 0.4),
  atMost("concurrent-1000", "p99 ÷ lowest p99 of a peer", toBestP99, 0.3),
  ...load("pipeline-50", { deno: 1.5, node: 1.5, bun: 1.25 }, 0.75),
  ...load("pipeline-100", { deno: 1.8, node: 1.8, bun: 1.5 }, 0.75),
  atLeast("lease-50", "rate ÷ best pool", toBestPeer, 1.4),
  atLeast("acquire-release", "rate ÷ generic-pool", toClient("generic-pool"), { deno: 4, node: 4, bun: 3 }),
  atLeast("acquire-release-1000", "rate ÷ generic-pool", toClient("generic-pool"), 3),
  atMost("mixed-sizes", "p99 ÷ lowest p99 of a peer", toBestP99, 0.5),
  atLeast("get-1mb", "rate ÷ best peer", toBestPeer, 1.2),
  atLeast("get-1mb-bytes", "rate ÷ best peer", toBestPeer, 2),
  atLeast("lrange-100k", "rate ÷ best peer", toBestPeer, 2),
  atMost("first-operation", "time ÷ ioredis", startupToIoRedis, { node: 0.4 }),
  atMost("first-operation", "ms more than a bare socket", startupOverRaw, { node: 15 }),
  atMost("concurrent-10000", "time per command ÷ that of 1000 callers", timeToThousand, 1.15),
  atMost("concurrent-100000", "time per command ÷ that of 1000 callers", timeToThousand, 1.15),
  atMost("waiting-commands", "bytes of heap each", heapBytes, 400),
  python("sequential", 1.3),
  python("concurrent-10", 4),
  python("concurrent-50", 15),
  python("pipeline-50", 6),
  python("pipeline-100", 6),
];

/** Judges what was measured on a server; aims that nothing was measured for are left out. */
export function judgeAims(lookup: Lookup): Verdict[] {
  return aims.flatMap((aim) => lookup.runtimes.flatMap((runtime) => judge(aim, lookup, runtime)));
}

function judge({ workload, what, bounds, isUpper, measure }: Aim, lookup: Lookup, runtime: string): Verdict[] {
  const bound = bounds[runtime.split(" ")[0]!.toLowerCase() as RuntimeKind];
  const measured = measure(lookup, runtime, workload);
  if (bound === undefined || measured === undefined) return [];
  const isMet = isUpper ? measured <= bound : measured >= bound;
  return [{ runtime, workload, what, aim: `${isUpper ? "≤" : "≥"} ${bound}`, measured, isMet }];
}

/** What was aimed at beside what was measured. */
export function aimSheet(verdicts: readonly Verdict[]): Sheet {
  const rows = verdicts.map(({ workload, runtime, what, aim, measured, isMet }) => [
    ...[workload, runtime, what, aim, three(measured)],
    isMet ? "yes" : "**no**",
  ]);
  return { head: ["", "runtime", "what", "aim", "measured", "met"], rows, notes: [] };
}
