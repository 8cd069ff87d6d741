/**
 * Where `top` takes its pages from: an endpoint for Prometheus, or a load of its own.
 *
 * @module
 */
import { prometheusText } from "../../lib/entry/prometheus.ts";
import { createPool } from "../../mod.ts";
import { chooseServer } from "../demo/server.ts";

/** Gives pages. */
export interface Source {
  /** What is watched, in a few words. */
  readonly title: string;
  /** The page now. */
  read(): Promise<string>;
  /** Ends what was started for it. */
  stop(): Promise<void>;
}

/** An endpoint when the URL is one of the web, a load on a server when it is one of a Redis, or on one found here. */
export async function openSource(url: string | undefined): Promise<Source> {
  if (url !== undefined && /^https?:/.test(url)) return endpoint(new URL(url));
  if (url !== undefined) {
    return await demoLoad(
      url,
      url.replace(/\/\/[^@/]*@/, "//"),
      () => Promise.resolve(),
    );
  }
  const server = await chooseServer();
  return await demoLoad(server.url, server.origin, () => server.stop());
}

function endpoint(url: URL): Source {
  return {
    title: `${url.origin}${url.pathname}`,
    async read() {
      const response = await fetch(url);
      if (!response.ok) {
        throw new Error(`${url.host} answered ${response.status}`);
      }
      return await response.text();
    },
    stop: () => Promise.resolve(),
  };
}

/** Callers of the shared lane, and of leases more than there are connections, so that there is something to see. */
const laneCallers = 40;
const leaseCallers = 8;

async function demoLoad(
  url: string,
  origin: string,
  stopServer: () => Promise<void>,
): Promise<Source> {
  const pool = createPool(url, { name: "demo", maxSize: 6, minIdle: 2 });
  let isOver = false;
  const repeat = async (call: () => Promise<unknown>): Promise<void> => {
    while (!isOver) {
      await call().catch(() => new Promise((resolve) => setTimeout(resolve, 50)));
    }
  };
  const stop = async () => {
    isOver = true;
    await pool.destroy();
    await Promise.all(load);
    await stopServer();
  };
  const load: Promise<void>[] = [];
  try {
    await pool.ready();
  } catch (error) {
    await stop();
    throw error;
  }
  load.push(
    ...Array.from(
      { length: laneCallers },
      () => repeat(() => pool.get("respool:top")),
    ),
  );
  load.push(
    ...Array.from(
      { length: leaseCallers },
      () => repeat(() => pool.use(holdAWhile)),
    ),
  );
  return {
    title: `a demo load, ${origin}`,
    read: () => Promise.resolve(prometheusText(pool)),
    stop,
  };
}

async function holdAWhile(lease: { ping(): Promise<unknown> }): Promise<void> {
  await lease.ping();
  await new Promise((resolve) => setTimeout(resolve, 5 * Math.random()));
  await lease.ping();
}
