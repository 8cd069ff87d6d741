import type { Client, ClientSettings } from "./client.ts";
import { rival } from "./rival.ts";

interface Glide {
  get(key: string): Promise<unknown>;
  exec(batch: GlideBatch, raiseOnError: boolean): Promise<unknown[] | null>;
  close(): void;
}

interface GlideBatch {
  get(key: string): GlideBatch;
}

interface GlideModule {
  GlideClient: {
    createClient(options: Record<string, unknown>): Promise<Glide>;
  };
  Batch: new (isAtomic: boolean) => GlideBatch;
}

/** valkey-glide with its defaults: a core written in Rust, with threads of its own. */
export async function connectGlide(
  { host, port }: ClientSettings,
): Promise<Client> {
  const { GlideClient, Batch } = rival<GlideModule>("@valkey/valkey-glide");
  const client = await GlideClient.createClient({
    addresses: [{ host, port }],
  });
  return {
    get: (key) => client.get(key),
    getMany: (key, count) => {
      const batch = new Batch(false);
      for (let i = 0; i < count; i++) batch.get(key);
      return client.exec(batch, true);
    },
    close: () => client.close(),
  };
}
