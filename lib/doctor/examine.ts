/**
 * Examines a server: facts, measurements, and what follows from them.
 *
 * @module
 */
import type { CreatePool } from "../client/create_pool.ts";
import type { RedisPoolOptions } from "../client/options.ts";
import { parseUrl } from "../net/url.ts";
import { adviseOn, roomFor } from "./advice.ts";
import { findingsOf } from "./findings.ts";
import { measure } from "./measurements.ts";
import type { DoctorReport } from "./report.ts";
import { readServerFacts } from "./server_facts.ts";

/** How to examine. */
export interface ExamineOptions {
  /** How long each load lasts, in milliseconds. Default 500; there are fourteen. */
  loadMs?: number;
  /** Options of the pools that measure, such as `tls` or `credentials`. */
  pool?: RedisPoolOptions;
  /** Hears what is done next. */
  onStep?: (step: string) => void;
}

/** Examines the server that a URL names. */
export type Examine = (url: string, options?: ExamineOptions) => Promise<DoctorReport>;

/** An `examine` over the sockets of `createPool`. */
export function examineWith(createPool: CreatePool): Examine {
  return async (url, { loadMs = 500, pool: base = {}, onStep = () => {} } = {}) => {
    const { host, port, path, tls: isTlsUrl } = parseUrl(url);
    const open = (options: RedisPoolOptions) => createPool(url, { ...base, ...options });
    onStep("asking the server");
    const pool = open({ maxSize: 1 });
    const server = await pool.ready().then(() => readServerFacts(pool)).finally(() => pool.destroy());
    const measured = await measure({ open, loadMs, mostConnections: roomFor(server), onStep });
    const advice = adviseOn(server, measured);
    const tls = base.tls !== undefined ? base.tls !== false : isTlsUrl === true;
    const maxSize = advice.find(({ option }) => option === "maxSize")?.value ?? 1;
    return {
      endpoint: path ?? `${host.includes(":") ? `[${host}]` : host}:${port}`,
      tls,
      server,
      measured,
      advice,
      findings: findingsOf(server, { host: path ?? host, tls, maxSize }),
    };
  };
}
