import { gzipSync } from 'node:zlib';
import { IMAGE_SIDE_PX } from '../../src/inference/model/architecture.ts';
import { buildDecoder } from '../../src/inference/model/graph/decoder.ts';
import { buildStem, buildTrunk } from '../../src/inference/model/graph/encoder.ts';
import { buildPrepareImage } from '../../src/inference/model/graph/prepare-image.ts';
import { buildRefineImage } from '../../src/inference/model/graph/refine-image.ts';
import { readPack } from '../../src/inference/model/pack/read-pack.ts';
import type { StoredTensors } from '../../src/inference/model/stored-tensor.ts';
import { TinyCutError } from '../../src/shared/errors.ts';
import { relativeDifference } from './relative-difference.ts';
import { openGraph, runGraphs } from './run-graph.ts';

/** One line of the table that `npm run model` prints. */
export interface PackCheck {
  readonly what: string;
  readonly result: string;
}

/** Above this, rounding has broken the network; int8 packs of known weights are at 0.02. */
const MAX_RELATIVE_DIFFERENCE = 0.1;

/**
 * Reads a pack back, opens each of its graphs, and compares its embedding of a drawn picture with that of the same
 * weights in float32.
 * @throws TinyCutError `model-corrupt` when one of these fails
 */
export async function checkPack(pack: Uint8Array, fp32Pack: Uint8Array): Promise<PackCheck[]> {
  const { source, precision, tensors } = readPack(pack);
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
  const graphs = [
    buildPrepareImage(tensors),
    buildRefineImage(tensors),
    buildDecoder(tensors, { exactGelu: false }),
  ];
  for (const graph of graphs) await openGraph(graph);

  const embedding = await embeddingOf(tensors);
  const expected = await embeddingOf(readPack(fp32Pack).tensors);
  const difference = relativeDifference(embedding, expected);
  if (!(difference <= MAX_RELATIVE_DIFFERENCE)) {
    throw new TinyCutError(
      'model-corrupt',
      `The ${precision} model does not compute what its weights do: its embedding differs by ` +
        `${(100 * difference).toFixed(1)} %. Use --precision fp16 or fp32.`,
    );
  }
  return [
    { what: 'Weights', result: source },
    { what: 'Precision', result: precision },
    { what: 'Tensors', result: `${tensors.size}, checksum right` },
    {
      what: 'Size',
      result: `${megabytes(pack.length)}, gzip ${megabytes(gzipSync(pack, { level: 9 }).length)}`,
    },
    { what: 'Graphs', result: 'stem, trunk, prepare, refine, decoder: open in onnxruntime-web' },
    { what: 'Embedding against fp32', result: `relative difference ${difference.toExponential(1)}` },
  ];
}

async function embeddingOf(tensors: StoredTensors): Promise<Float32Array> {
  const side = IMAGE_SIDE_PX;
  const picture = { shape: [1, 3, side, side], values: drawnPicture() };
  const parts = [...buildStem(tensors, { width: side, height: side }), ...buildTrunk(tensors)];
  return (await runGraphs(parts, picture)).values;
}

/** A disc on a gradient, normalised as photos are: [3, 1024, 1024]. */
function drawnPicture(): Float32Array {
  const side = IMAGE_SIDE_PX;
  const values = new Float32Array(3 * side * side);
  for (let i = 0; i < values.length; i++) {
    const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    const isInside = Math.hypot(x - 0.4 * side, y - 0.55 * side) < 0.2 * side;
    values[i] = isInside ? 1.5 - channel : (x + y * (channel + 1)) / (2 * side) - 1;
  }
  return values;
}
