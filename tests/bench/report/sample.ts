/** A small report of made-up figures. */
import type { FaultRow, LoadRow, NotRun, Report } from "../../../bench/report/report.ts";

/** One figure that did not vary. */
export function exactly(median: number) {
  return { median, least: median, greatest: median };
}

/** A client under load. */
export function loadRow(client: string, rate: number, fields: Partial<LoadRow> = {}): LoadRow {
  const rest = { cpuMicros: 2, peakMemoryBytes: 50e6, toBestPeer: null, toRaw: null, alongside: null };
  return { client, version: "1.2.3", rate: exactly(rate), p50: 0.1, p95: 0.2, p99: 0.4, ...rest, ...fields };
}

const faultRow: FaultRow = {
  ...{ client: "respool", version: "1.2.3", tuned: true, calls: 90, failed: 7, firstErrorMs: null, recoveryMs: 65.4 },
  ...{ longestMs: 2010, unsettled: 0, error: "COMMAND_TIMEOUT" },
};

/** A load table of respool, a bare socket and two peers; a third peer could not be run. */
export function loadTable(workload: string, server = "Redis 7.0.15", runtime = "Node 26.10.0", own = 900) {
  const rows = [
    loadRow("respool", own, { toBestPeer: own / 300, toRaw: own / 1000 }),
    loadRow("raw", 1000, { toRaw: 1 }),
    loadRow("ioredis", 200),
    loadRow("redis", 300, { toBestPeer: 1 }),
  ];
  const notRun = [{ client: "glide", reason: "@valkey/valkey-glide is not installed" }];
  return { family: "load", table: { server, runtime, workload, rows, notRun, notApplicable: [] } } as const;
}

function faultTable() {
  const place = { server: "Redis 7.0.15", runtime: "Node 26.10.0", workload: "restart" };
  return { family: "fault", table: { ...place, rows: [faultRow], notRun: [], notApplicable: [] } } as const;
}

/** The report; `more` is put into it last. */
export function sampleReport(more: Partial<Report> = {}): Report {
  const notRun: NotRun[] = [{ what: "dragonfly", reason: "dragonfly is not on PATH and DRAGONFLY_URL is not set" }];
  return {
    date: "2026-01-31",
    machine: { processor: "EPYC", cores: 2, memoryBytes: 2 ** 34, system: "Linux 6", isPinned: true, load: 0.25 },
    ...{ rounds: 5, seconds: 0.12, notRun },
    tables: [loadTable("sequential"), loadTable("concurrent-1000"), loadTable("concurrent-10000"), faultTable()],
    ...more,
  };
}
