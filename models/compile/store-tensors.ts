import type { Precision } from '../../src/inference/model/pack/pack-header.ts';
import type { FloatTensor, StoredTensor, StoredTensors } from '../../src/inference/model/stored-tensor.ts';
import type { FoldedTensors } from './fold/linear.ts';
import { toFloat16Bits } from './onnx/float16.ts';
import { quantizeWeight } from './quantize/quantize-weight.ts';

/**
 * Smaller tensors stay float32 whatever the precision: together they are under 3 % of a pack, and they hold what
 * rounding would hurt most (norms, biases, the positional encoding's frequencies).
 */
const MIN_NARROW_ELEMENTS = 2048;

/**
 * Weights that int8 packs hold as int8. The encoder's linear layers, the neck and the decoder's upscaling are multiplied as
 * int8; the decoder's other layers only travel so, and become float32 at load. What is missing stays float16, since it loses most for what it saves
 * (docs/decisions/default-precision.md).
 */
const INT8_WEIGHTS = [
  /^image_encoder\.layers\.[123]\.blocks\.\d\.(attn\.qkv|attn\.proj|mlp\.fc1|mlp\.fc2)\.weight$/,
  /^image_encoder\.layers\.0\.blocks\.\d\.conv[13]\.c\.weight$/,
  /^image_encoder\.layers\.[12]\.downsample\.conv[13]\.c\.weight$/,
  /^image_encoder\.neck\.0\.weight$/,
  /^mask_decoder\.transformer\.layers\.\d\.(self_attn|mlp)\..*\.weight$/,
  /^mask_decoder\.output_upscaling\.[03]\.weight$/,
  /^mask_decoder\.(output_hypernetworks_mlps|iou_prediction_head)\..*\.weight$/,
  /^mask_decoder\.transformer\.(layers\.1\.cross_attn|final_attn).*\.weight$/,
  /^image_encoder\.neck\.2\.weight$/,
];

/** How each tensor of a pack of this precision is stored. */
export function storeTensors(tensors: FoldedTensors, precision: Precision): StoredTensors {
  return new Map([...tensors].map(([name, tensor]) => [name, store(name, tensor, precision)]));
}

function store(name: string, tensor: FloatTensor, precision: Precision): StoredTensor {
  const { shape, values } = tensor;
  if (precision === 'fp32' || values.length < MIN_NARROW_ELEMENTS) return { type: 'float32', shape, values };
  if (precision === 'int8' && INT8_WEIGHTS.some((pattern) => pattern.test(name)))
    return quantizeWeight(tensor);
  return { type: 'float16', shape, bits: toFloat16Bits(values) };
}
