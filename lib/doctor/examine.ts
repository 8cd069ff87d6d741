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
  /** Hears what is done next. */
  onStep?: (step: string) => void;
}

/** Examines the server that a URL names. */
export type Examine = (url: string, options?: ExamineOptions) => Promise<DoctorReport>;

/** An `examine` over the sockets of `createPool`. */
export function examineWith(createPool: CreatePool): Examine {
  return async (url, { loadMs = 500, onStep = () => {} } = {}) => {
    const { host, port, path, tls = false } = parseUrl(url);
    const open = (options: RedisPoolOptions) => createPool(url, options);
    onStep("asking the server");
    const pool = open({ maxSize: 1 });
    const server = await pool.ready().then(() => readServerFacts(pool)).finally(() => pool.destroy());
    const measured = await measure({ open, loadMs, mostConnections: roomFor(server), onStep });
    const advice = adviseOn(server, measured);
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
