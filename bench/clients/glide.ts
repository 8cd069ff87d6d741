import { type Client, type ClientSettings, tunedTimeoutMs } from "./client.ts";
import { rival } from "./rival.ts";

interface Glide {
  get(key: string, options?: { decoder: unknown }): Promise<unknown>;
  set(key: string, value: string): Promise<unknown>;
  lrange(key: string, start: number, stop: number): Promise<unknown>;
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
  Decoder: { Bytes: unknown };
}

function optionsFor({ host, port, tuned, unbounded }: ClientSettings): Record<string, unknown> {
  return {
    addresses: [{ host, port }],
    ...tuned ? { requestTimeout: tunedTimeoutMs, advancedConfiguration: { connectionTimeout: tunedTimeoutMs } } : {},
    ...tuned ? { connectionBackoff: { numberOfRetries: 4, factor: 20, exponentBase: 2 } } : {},
    ...unbounded ? { inflightRequestsLimit: 10_000_000, requestTimeout: 30_000 } : {},
  };
}

/** valkey-glide with its defaults: a core written in Rust, with threads of its own. */
export async function connectGlide(settings: ClientSettings): Promise<Client> {
  const { GlideClient, Batch, Decoder } = rival<GlideModule>("@valkey/valkey-glide");
  const client = await GlideClient.createClient(optionsFor(settings));
  return {
    get: (key) => client.get(key),
    getBytes: (key) => client.get(key, { decoder: Decoder.Bytes }),
    set: (key, value) => client.set(key, value),
    lrange: (key) => client.lrange(key, 0, -1),
    getMany: (key, count) => {
      const batch = new Batch(false);
      for (let i = 0; i < count; i++) batch.get(key);
      return client.exec(batch, true);
    },
    close: () => client.close(),
  };
}
