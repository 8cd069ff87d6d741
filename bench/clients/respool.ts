import { createPool } from "../../mod.ts";
import type { Client, ClientSettings } from "./client.ts";

/** respool with its defaults. */
export async function connectRespool(
  { host, port }: ClientSettings,
): Promise<Client> {
  const pool = createPool(`redis://${host}:${port}`);
  await pool.ready();
  return {
    get: (key) => pool.get(key),
    getMany: (key, count) => {
      const pipeline = pool.pipeline();
      for (let i = 0; i < count; i++) pipeline.get(key);
      return pipeline.exec();
    },
    close: () => pool.close(),
  };
}
