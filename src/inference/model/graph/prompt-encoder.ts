import { EMBEDDING_CHANNELS, EMBEDDING_SIDE, IMAGE_SIDE_PX, MASK_TOKENS } from '../architecture.ts';
import type { GraphBuilder, Value } from '../onnx/graph-builder.ts';
import { add, concat, matMul, mul, relu, reshape, sub } from '../onnx/operations.ts';
import { floatsOf, storedTensor, type FloatTensor, type StoredTensors } from '../stored-tensor.ts';

const FREQUENCIES = 'prompt_encoder.pe_layer.positional_encoding_gaussian_matrix';

/** The IoU token and the four mask tokens, once per prompt: [B, 5, 256]. `prompts` is B, as [1]. */
export function outputTokens(graph: GraphBuilder, prompts: Value): Value {
  const tokens = concat(
    graph,
    [graph.weight('mask_decoder.iou_token.weight'), graph.weight('mask_decoder.mask_tokens.weight')],
    0,
  );
  const shape = concat(graph, [prompts, graph.integers([1, 1])], 0);
  return graph.node('Expand', [reshape(graph, tokens, [1, -1, EMBEDDING_CHANNELS]), shape]);
}

/** Points [B, N, 2] in model pixels with labels [B, N] -> tokens [B, N, 256]. */
export function promptTokens(graph: GraphBuilder, pointCoords: Value, pointLabels: Value): Value {
  // Points are pixel centres, on [-1, 1].
  const centred = add(graph, pointCoords, graph.scalar(0.5));
  const scaled = mul(graph, centred, graph.scalar(2 / IMAGE_SIDE_PX));
  const positions = sub(graph, scaled, graph.scalar(1));
  const encoding = waves(graph, matMul(graph, positions, graph.weight(FREQUENCIES)));

  const labels = ['not_a_point_embed', ...[0, 1, 2, 3].map((label) => `point_embeddings.${label}`)];
  const table = concat(
    graph,
    labels.map((label) => graph.weight(`prompt_encoder.${label}.weight`)),
    0,
  );
  // Which row of the table a token takes, as weights of 0 and 1: 1 - (label - row)^2, cut at 0. Casting labels to
  // integers would do too, but onnxruntime's Cast is half a megabyte of WASM, and compiling it costs more than a prompt.
  const rows = graph.floats('label_rows', {
    shape: [labels.length],
    values: Float32Array.from(labels, (_, row) => row - 1),
  });
  const asRow = graph.node('Unsqueeze', [
    graph.node('Max', [pointLabels, graph.scalar(-1)]),
    graph.integers([-1]),
  ]);
  const distance = sub(graph, asRow, rows);
  const isRow = relu(graph, sub(graph, graph.scalar(1), mul(graph, distance, distance)));
  // Padding (label -1 and below) has no position.
  const isPoint = relu(graph, sub(graph, graph.scalar(1), relu(graph, sub(graph, graph.scalar(0), asRow))));
  return add(graph, mul(graph, encoding, isPoint), matMul(graph, isRow, table));
}

/**
 * What to add to attention scores for each token [B, 5 + N]: 0, or for an ignored point (label -2) so little that no
 * weight is left. SAM's own padding point (label -1) does take part.
 */
export function ignoredTokens(graph: GraphBuilder, pointLabels: Value, prompts: Value): Value {
  // 1 at label -2, 0 from -1 upwards.
  const isIgnored = relu(graph, sub(graph, graph.scalar(-1), pointLabels));
  const outputs = graph.node('ConstantOfShape', [
    concat(graph, [prompts, graph.integers([1 + MASK_TOKENS])], 0),
  ]);
  return concat(graph, [outputs, mul(graph, isIgnored, graph.scalar(-1e4))], 1);
}

const positionsOf = new WeakMap<StoredTensors, FloatTensor>();

/** Encoded centres of the embedding's cells, [4096, 256], row-major: the same for all images, and for all graphs of a model. */
export function imagePositions(graph: GraphBuilder, tensors: StoredTensors): Value {
  const positions = positionsOf.get(tensors) ?? makePositions(floatsOf(storedTensor(tensors, FREQUENCIES)));
  positionsOf.set(tensors, positions);
  return graph.floats('image_positions', positions);
}

/** The angle of a cell is that of its column plus that of its row, whose sines and cosines are few. */
function makePositions({ shape, values: frequencies }: FloatTensor): FloatTensor {
  const count = shape[1]!;
  const columns = axisWaves(frequencies.subarray(0, count));
  const rows = axisWaves(frequencies.subarray(count));
  const values = new Float32Array(EMBEDDING_SIDE ** 2 * 2 * count);
  for (let row = 0, at = 0; row < EMBEDDING_SIDE; row++) {
    for (let column = 0; column < EMBEDDING_SIDE; column++, at += 2 * count)
      encodeCell(values.subarray(at, at + 2 * count), columns[column]!, rows[row]!);
  }
  return { shape: [EMBEDDING_SIDE ** 2, 2 * count], values };
}

interface Waves {
  readonly sines: Float64Array;
  readonly cosines: Float64Array;
}

/** Of each row or column of cells. In double precision, since they are multiplied afterwards. */
function axisWaves(frequencies: Float32Array): Waves[] {
  return Array.from({ length: EMBEDDING_SIDE }, (_, cell) => {
    const centre = (2 * (cell + 0.5)) / EMBEDDING_SIDE - 1;
    const angles = Float64Array.from(frequencies, (frequency) => 2 * Math.PI * centre * frequency);
    return { sines: angles.map(Math.sin), cosines: angles.map(Math.cos) };
  });
}

/** sin(x + y) and cos(x + y), by the sum formulas. */
function encodeCell(encoding: Float32Array, x: Waves, y: Waves): void {
  const count = encoding.length / 2;
  for (let i = 0; i < count; i++) {
    encoding[i] = x.sines[i]! * y.cosines[i]! + x.cosines[i]! * y.sines[i]!;
    encoding[count + i] = x.cosines[i]! * y.cosines[i]! - x.sines[i]! * y.sines[i]!;
  }
}

/** Random Fourier features (arXiv 2006.10739): sines and cosines of 2 pi x, on the last axis. */
function waves(graph: GraphBuilder, x: Value): Value {
  const angles = mul(graph, x, graph.scalar(2 * Math.PI));
  return concat(graph, [graph.node('Sin', [angles]), graph.node('Cos', [angles])], -1);
}
