/** The servers on which a case is played when it depends on the server: the oldest Redis there is and the newest Valkey. */
import { debianServers, findDebianServer } from "../support/debian_servers.ts";
import { findProgram, type Program, type ServerKind } from "../support/matrix.ts";
import type { SceneOptions } from "./scene.ts";

/** One server. */
export interface Release {
  /** Its kind, as titles have it. */
  readonly title: string;
  /** Why cases are skipped, or `false`. */
  readonly skip: string | false;
  /** What sets a scene with it. */
  readonly scene: Pick<SceneOptions, "kind" | "program">;
}

/** Both. */
export const releases: readonly Release[] = [
  releaseOf("Redis", "redis", findProgram("redis")),
  releaseOf("Valkey", "valkey", findDebianServer(debianServers.at(-1)!) ?? findProgram("valkey")),
];

function releaseOf(title: string, kind: ServerKind, program: Program | undefined): Release {
  const skip = program === undefined && `${kind}-server is not on PATH and was not fetched; the test task does that`;
  return { title, skip, scene: { kind, program } };
}
