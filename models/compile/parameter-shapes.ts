import {
  ATTENTION_STAGES,
  CONV_STAGE,
  CROSS_ATTENTION_CHANNELS,
  DECODER_LAYERS,
  DECODER_MLP_CHANNELS,
  EMBEDDING_CHANNELS,
  ENCODER_MLP_RATIO,
  MASK_DOWNSCALING_CHANNELS,
  MASK_TOKENS,
  MASK_UPSCALING_CHANNELS,
  PATCH_EMBED_CHANNELS,
  type AttentionStage,
} from '../../src/inference/model/architecture.ts';

type Shapes = Map<string, readonly number[]>;

/** Name and shape of every parameter of the folded network (see `WeightSet`). */
export function parameterShapes(): ReadonlyMap<string, readonly number[]> {
  const shapes: Shapes = new Map();
  addEncoder(shapes, 'image_encoder');
  addPromptEncoder(shapes, 'prompt_encoder');
  addMaskDecoder(shapes, 'mask_decoder');
  return shapes;
}

function addEncoder(shapes: Shapes, root: string): void {
  addConvolution(shapes, `${root}.patch_embed.seq.0.c`, PATCH_EMBED_CHANNELS / 2, 3, 3);
  addConvolution(shapes, `${root}.patch_embed.seq.2.c`, PATCH_EMBED_CHANNELS, PATCH_EMBED_CHANNELS / 2, 3);
  for (let block = 0; block < CONV_STAGE.blocks; block++) {
    const key = `${root}.layers.0.blocks.${block}`;
    addConvolution(shapes, `${key}.conv1.c`, CONV_STAGE.expandedChannels, CONV_STAGE.channels, 1);
    addConvolution(shapes, `${key}.conv2.c`, CONV_STAGE.expandedChannels, 1, 3);
    addConvolution(shapes, `${key}.conv3.c`, CONV_STAGE.channels, CONV_STAGE.expandedChannels, 1);
  }
  addMerging(shapes, `${root}.layers.0.downsample`, CONV_STAGE.channels, ATTENTION_STAGES[0]!.channels);
  ATTENTION_STAGES.forEach((stage, position) => {
    for (let block = 0; block < stage.blocks; block++) {
      addAttentionBlock(shapes, `${root}.layers.${stage.index}.blocks.${block}`, stage);
    }
    const next = ATTENTION_STAGES[position + 1];
    if (next) addMerging(shapes, `${root}.layers.${stage.index}.downsample`, stage.channels, next.channels);
  });
  shapes.set(`${root}.neck.0.weight`, [EMBEDDING_CHANNELS, ATTENTION_STAGES.at(-1)!.channels, 1, 1]);
  addNorm(shapes, `${root}.neck.1`, EMBEDDING_CHANNELS);
  shapes.set(`${root}.neck.2.weight`, [EMBEDDING_CHANNELS, EMBEDDING_CHANNELS, 3, 3]);
  addNorm(shapes, `${root}.neck.3`, EMBEDDING_CHANNELS);
}

function addMerging(shapes: Shapes, key: string, from: number, to: number): void {
  addConvolution(shapes, `${key}.conv1.c`, to, from, 1);
  addConvolution(shapes, `${key}.conv2.c`, to, 1, 3);
  addConvolution(shapes, `${key}.conv3.c`, to, to, 1);
}

function addAttentionBlock(shapes: Shapes, key: string, { channels, heads, window }: AttentionStage): void {
  shapes.set(`${key}.attn.attention_biases`, [heads, window ** 2]);
  addNorm(shapes, `${key}.attn.norm`, channels);
  addLinear(shapes, `${key}.attn.qkv`, 3 * channels, channels);
  addLinear(shapes, `${key}.attn.proj`, channels, channels);
  addNorm(shapes, `${key}.mlp.norm`, channels);
  addLinear(shapes, `${key}.mlp.fc1`, ENCODER_MLP_RATIO * channels, channels);
  addLinear(shapes, `${key}.mlp.fc2`, channels, ENCODER_MLP_RATIO * channels);
  addConvolution(shapes, `${key}.local_conv.c`, channels, 1, 3);
}

function addPromptEncoder(shapes: Shapes, root: string): void {
  shapes.set(`${root}.pe_layer.positional_encoding_gaussian_matrix`, [2, EMBEDDING_CHANNELS / 2]);
  const embeddings = [0, 1, 2, 3].map((label) => `point_embeddings.${label}`);
  for (const name of [...embeddings, 'not_a_point_embed', 'no_mask_embed']) {
    shapes.set(`${root}.${name}.weight`, [1, EMBEDDING_CHANNELS]);
  }
  const [first, second] = MASK_DOWNSCALING_CHANNELS;
  addConvolution(shapes, `${root}.mask_downscaling.0`, first, 1, 2);
  addNorm(shapes, `${root}.mask_downscaling.1`, first);
  addConvolution(shapes, `${root}.mask_downscaling.3`, second, first, 2);
  addNorm(shapes, `${root}.mask_downscaling.4`, second);
  addConvolution(shapes, `${root}.mask_downscaling.6`, EMBEDDING_CHANNELS, second, 1);
}

function addMaskDecoder(shapes: Shapes, root: string): void {
  for (let layer = 0; layer < DECODER_LAYERS; layer++) {
    const key = `${root}.transformer.layers.${layer}`;
    addAttention(shapes, `${key}.self_attn`, EMBEDDING_CHANNELS);
    addAttention(shapes, `${key}.cross_attn_token_to_image`, CROSS_ATTENTION_CHANNELS);
    addAttention(shapes, `${key}.cross_attn_image_to_token`, CROSS_ATTENTION_CHANNELS);
    addLinear(shapes, `${key}.mlp.lin1`, DECODER_MLP_CHANNELS, EMBEDDING_CHANNELS);
    addLinear(shapes, `${key}.mlp.lin2`, EMBEDDING_CHANNELS, DECODER_MLP_CHANNELS);
    for (let index = 1; index <= 4; index++) addNorm(shapes, `${key}.norm${index}`, EMBEDDING_CHANNELS);
  }
  addAttention(shapes, `${root}.transformer.final_attn_token_to_image`, CROSS_ATTENTION_CHANNELS);
  addNorm(shapes, `${root}.transformer.norm_final_attn`, EMBEDDING_CHANNELS);
  shapes.set(`${root}.iou_token.weight`, [1, EMBEDDING_CHANNELS]);
  shapes.set(`${root}.mask_tokens.weight`, [MASK_TOKENS, EMBEDDING_CHANNELS]);
  const [first, last] = MASK_UPSCALING_CHANNELS;
  addAffine(shapes, `${root}.output_upscaling.0`, [EMBEDDING_CHANNELS, first, 2, 2], first);
  addNorm(shapes, `${root}.output_upscaling.1`, first);
  addAffine(shapes, `${root}.output_upscaling.3`, [first, last, 2, 2], last);
  for (let token = 0; token < MASK_TOKENS; token++) {
    addHead(shapes, `${root}.output_hypernetworks_mlps.${token}`, last);
  }
  addHead(shapes, `${root}.iou_prediction_head`, MASK_TOKENS);
}

function addAttention(shapes: Shapes, key: string, inner: number): void {
  for (const name of ['q_proj', 'k_proj', 'v_proj'])
    addLinear(shapes, `${key}.${name}`, inner, EMBEDDING_CHANNELS);
  addLinear(shapes, `${key}.out_proj`, EMBEDDING_CHANNELS, inner);
}

function addHead(shapes: Shapes, key: string, outputs: number): void {
  addLinear(shapes, `${key}.layers.0`, EMBEDDING_CHANNELS, EMBEDDING_CHANNELS);
  addLinear(shapes, `${key}.layers.1`, EMBEDDING_CHANNELS, EMBEDDING_CHANNELS);
  addLinear(shapes, `${key}.layers.2`, outputs, EMBEDDING_CHANNELS);
}

function addConvolution(shapes: Shapes, key: string, outputs: number, inputs: number, kernel: number): void {
  addAffine(shapes, key, [outputs, inputs, kernel, kernel], outputs);
}

function addLinear(shapes: Shapes, key: string, outputs: number, inputs: number): void {
  addAffine(shapes, key, [outputs, inputs], outputs);
}

function addNorm(shapes: Shapes, key: string, channels: number): void {
  addAffine(shapes, key, [channels], channels);
}

function addAffine(shapes: Shapes, key: string, weightShape: readonly number[], outputs: number): void {
  shapes.set(`${key}.weight`, weightShape);
  shapes.set(`${key}.bias`, [outputs]);
}
