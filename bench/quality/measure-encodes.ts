import { readFile } from 'node:fs/promises';
import { sharpImageCodec } from '../../src/plugin/cli/sharp-image-codec.ts';
import type { Precision } from '../precision.ts';
import { projectPath } from '../project-folder.ts';
import { ratioSpread, type Spread } from '../statistics.ts';
import { openNetwork, type Network } from './open-network.ts';

export interface EncodeCost {
  /** From the files in memory to a network that runs, wall time; the first one starts the runtime too. */
  loadMs: number;
  /** CPU time of an encode, to that of the first of the precisions. */
  ratio: Spread;
}

/** Encodes the same photo by each precision in turn, in this process. */
export async function measureEncodes(
  precisions: readonly Precision[],
  roundCount: number,
  onStep: (step: string) => void,
): Promise<Map<Precision, EncodeCost>> {
  const photo = await sharpImageCodec.decode(await readFile(projectPath('samples/bowl.jpg')), 'jpeg');
  // Compiling the runtime's WASM is no cost of the first precision.
  await (await openNetwork(precisions[0]!)).close();
  const networks: { precision: Precision; network: Network; loadMs: number; samplesMs: number[] }[] = [];
  for (const precision of precisions) {
    onStep(`load ${precision}`);
    const startedAt = performance.now();
    const network = await openNetwork(precision);
    const loadMs = performance.now() - startedAt;
    await network.embed(photo);
    networks.push({ precision, network, loadMs, samplesMs: [] });
  }
  for (let round = 0; round < roundCount; round++) {
    const inOrder = round % 2 === 0 ? networks : [...networks].reverse();
    for (const { precision, network, samplesMs } of inOrder) {
      onStep(`encode by ${precision}, round ${round + 1} of ${roundCount}`);
      const before = process.cpuUsage();
      await network.embed(photo);
      const { user, system } = process.cpuUsage(before);
      samplesMs.push((user + system) / 1000);
    }
  }
  for (const { network } of networks) await network.close();
  const reference = networks[0]!.samplesMs;
  return new Map(
    networks.map(({ precision, loadMs, samplesMs }) => [
      precision,
      { loadMs, ratio: ratioSpread(samplesMs, reference) },
    ]),
  );
}
