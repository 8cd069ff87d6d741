/** The real workerd, serving one worker on a port of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { withFolder } from "../net/helpers.ts";
import { findTool } from "../support/tools.ts";

/** A worker. */
export interface WorkerOptions {
  /** Text of its modules by their names; the first one is the worker itself. */
  readonly modules: Readonly<Record<string, string>>;
  /** The authority that its TLS trusts, as PEM text; none when left out. */
  readonly ca?: string | undefined;
}

/** Starts it, runs `body` with its address, and ends it. */
export function withWorkerd(options: WorkerOptions, body: (url: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const modules = Object.entries(options.modules);
    for (const [name, text] of modules) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const config = path.join(folder, "config.capnp");
    await writeFile(config, configuration(modules.map(([name]) => name), options.ca));
    // The package's own program is put in place by an install script, which npm may have been told not to run.
    const program = path.join(findTool("workerd")!, "@cloudflare", `workerd-linux-${machine()}`, "bin", "workerd");
    const child = spawn(program, ["serve", config, "--control-fd=1"], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      const [line] = await once(child.stdout, "data");
      const { port } = JSON.parse(String(line).split("\n")[0]!) as { port: number };
      await body(`http://127.0.0.1:${port}`);
    } finally {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  });
}

function machine(): string {
  return process.arch === "arm64" ? "arm64" : "64";
}

function configuration(modules: readonly string[], ca: string | undefined): string {
  const trusted = ca === undefined ? "" : JSON.stringify(ca);
  const embedded = modules.map((name) => `(name = "${name}", esModule = embed "${name}")`).join(", ");
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (
      allow = ["public", "private"],
      tlsOptions = (trustBrowserCas = false, trustedCertificates = [${trusted}]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (modules = [${embedded}], compatibilityDate = "2026-11-01");
`;
}
