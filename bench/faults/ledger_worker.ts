/** Writes so many ledgered entries while everything goes wrong, and prints what the books say: `writes seed`. */
import process from "node:process";
import { durable } from "../../tests/faults/disorder.ts";
import { onScene, withTemporaryFolder } from "../../tests/faults/scene.ts";
import { holdTrial } from "../../tests/faults/trial.ts";

const [writes, seed] = process.argv.slice(2).map(Number) as [number, number];

await withTemporaryFolder((folder) =>
  onScene(durable(folder), async (scene) => {
    const isOver = ({ written }: { written: number }) => written >= writes;
    const trial = {
      writers: 400,
      readers: 20,
      pauseMs: 150,
      restMs: 0,
      seed,
      isOver,
    };
    const result = await holdTrial(scene, scene.pool(), trial);
    console.log(JSON.stringify(result));
  })
);
