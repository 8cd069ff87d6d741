/** Clients in several processes that lose one real server at the same instant. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { peakShare } from "../../tests/faults/storm.ts";
import { startRedis } from "../../tests/support/servers.ts";
import { pause, waitUntil } from "../../tests/support/wait_until.ts";

const worker = fileURLToPath(new URL("storm_worker.ts", import.meta.url));

/** Starts a process of so many clients, which prints a line when all are connected and when all are back. */
function startClients(
  port: number,
  clients: number,
  size: number,
): { child: ChildProcess; lines: string[] } {
  const run = "Deno" in globalThis ? ["run", "-A", "--no-check"] : [];
  const args = [...run, worker, String(port), String(clients), String(size)];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  const lines: string[] = [];
  child.stdout!.on("data", (chunk) => {
    text += chunk;
    const parts = text.split("\n");
    text = parts.pop()!;
    lines.push(...parts);
  });
  return { child, lines };
}

/** What the server sees when `processes` × `clients` pools of `size` connections lose it for so long. */
export async function realStorm(
  processes: number,
  clients: number,
  size: number,
  outageMs: number,
): Promise<{ peakShare: number; backMs: number }> {
  const server = await startRedis();
  const started = Array.from(
    { length: processes },
    () => startClients(server.port, clients, size),
  );
  try {
    const allHave = (count: number) => started.every(({ lines }) => lines.length >= count);
    await waitUntil(() => allHave(1), 60_000, () => "all clients to connect");
    await server.stop();
    await pause(outageMs);
    await server.restart();
    const backAt = performance.timeOrigin + performance.now();
    await waitUntil(() => allHave(2), 60_000, () => "all clients to be back");
    const times = started.flatMap(({ lines }) => JSON.parse(lines[1]!) as number[]);
    return { peakShare: peakShare(times), backMs: Math.max(...times) - backAt };
  } finally {
    await Promise.all(started.map(({ child }) => {
      child.kill("SIGKILL");
      return child.exitCode === null ? once(child, "close") : undefined;
    }));
    await server.stop();
  }
}
