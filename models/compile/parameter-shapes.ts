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
} from './architecture.ts';

/** Name and shape of every parameter of the folded network (see `WeightSet`). */
export function parameterShapes(): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const affine = (key: string, weightShape: readonly number[], outputs: number) => {
    shapes.set(`${key}.weight`, weightShape);
    shapes.set(`${key}.bias`, [outputs]);
  };
  const linear = (key: string, outputs: number, inputs: number) => affine(key, [outputs, inputs], outputs);
  const convolution = (key: string, outputs: number, inputs: number, kernel: number) =>
    affine(key, [outputs, inputs, kernel, kernel], outputs);
  const norm = (key: string, channels: number) => affine(key, [channels], channels);
  const depthwise = (key: string, channels: number) => convolution(key, channels, 1, 3);

  const merging = (key: string, from: number, to: number) => {
    convolution(`${key}.conv1.c`, to, from, 1);
    depthwise(`${key}.conv2.c`, to);
    convolution(`${key}.conv3.c`, to, to, 1);
  };

  const encoder = 'image_encoder';
  convolution(`${encoder}.patch_embed.seq.0.c`, PATCH_EMBED_CHANNELS / 2, 3, 3);
  convolution(`${encoder}.patch_embed.seq.2.c`, PATCH_EMBED_CHANNELS, PATCH_EMBED_CHANNELS / 2, 3);
  for (let block = 0; block < CONV_STAGE.blocks; block++) {
    const key = `${encoder}.layers.0.blocks.${block}`;
    convolution(`${key}.conv1.c`, CONV_STAGE.expandedChannels, CONV_STAGE.channels, 1);
    depthwise(`${key}.conv2.c`, CONV_STAGE.expandedChannels);
    convolution(`${key}.conv3.c`, CONV_STAGE.channels, CONV_STAGE.expandedChannels, 1);
  }
  merging(`${encoder}.layers.0.downsample`, CONV_STAGE.channels, ATTENTION_STAGES[0]!.channels);
  ATTENTION_STAGES.forEach((stage, position) => {
    const { channels } = stage;
    for (let block = 0; block < stage.blocks; block++) {
      const key = `${encoder}.layers.${stage.index}.blocks.${block}`;
      shapes.set(`${key}.attn.attention_biases`, [stage.heads, stage.window ** 2]);
      norm(`${key}.attn.norm`, channels);
      linear(`${key}.attn.qkv`, 3 * channels, channels);
      linear(`${key}.attn.proj`, channels, channels);
      norm(`${key}.mlp.norm`, channels);
      linear(`${key}.mlp.fc1`, ENCODER_MLP_RATIO * channels, channels);
      linear(`${key}.mlp.fc2`, channels, ENCODER_MLP_RATIO * channels);
      depthwise(`${key}.local_conv.c`, channels);
    }
    const next = ATTENTION_STAGES[position + 1];
    if (next) merging(`${encoder}.layers.${stage.index}.downsample`, channels, next.channels);
  });
  const width = EMBEDDING_CHANNELS;
  shapes.set(`${encoder}.neck.0.weight`, [width, ATTENTION_STAGES.at(-1)!.channels, 1, 1]);
  norm(`${encoder}.neck.1`, width);
  shapes.set(`${encoder}.neck.2.weight`, [width, width, 3, 3]);
  norm(`${encoder}.neck.3`, width);

  const prompts = 'prompt_encoder';
  shapes.set(`${prompts}.pe_layer.positional_encoding_gaussian_matrix`, [2, width / 2]);
  for (let label = 0; label < 4; label++)
    shapes.set(`${prompts}.point_embeddings.${label}.weight`, [1, width]);
  shapes.set(`${prompts}.not_a_point_embed.weight`, [1, width]);
  shapes.set(`${prompts}.no_mask_embed.weight`, [1, width]);
  const [down1, down2] = MASK_DOWNSCALING_CHANNELS;
  convolution(`${prompts}.mask_downscaling.0`, down1, 1, 2);
  norm(`${prompts}.mask_downscaling.1`, down1);
  convolution(`${prompts}.mask_downscaling.3`, down2, down1, 2);
  norm(`${prompts}.mask_downscaling.4`, down2);
  convolution(`${prompts}.mask_downscaling.6`, width, down2, 1);

  const decoder = 'mask_decoder';
  const attention = (key: string, inner: number) => {
    for (const projection of ['q_proj', 'k_proj', 'v_proj']) linear(`${key}.${projection}`, inner, width);
    linear(`${key}.out_proj`, width, inner);
  };
  for (let layer = 0; layer < DECODER_LAYERS; layer++) {
    const key = `${decoder}.transformer.layers.${layer}`;
    attention(`${key}.self_attn`, width);
    attention(`${key}.cross_attn_token_to_image`, CROSS_ATTENTION_CHANNELS);
    attention(`${key}.cross_attn_image_to_token`, CROSS_ATTENTION_CHANNELS);
    linear(`${key}.mlp.lin1`, DECODER_MLP_CHANNELS, width);
    linear(`${key}.mlp.lin2`, width, DECODER_MLP_CHANNELS);
    for (let index = 1; index <= 4; index++) norm(`${key}.norm${index}`, width);
  }
  attention(`${decoder}.transformer.final_attn_token_to_image`, CROSS_ATTENTION_CHANNELS);
  norm(`${decoder}.transformer.norm_final_attn`, width);
  shapes.set(`${decoder}.iou_token.weight`, [1, width]);
  shapes.set(`${decoder}.mask_tokens.weight`, [MASK_TOKENS, width]);
  const [up1, up2] = MASK_UPSCALING_CHANNELS;
  affine(`${decoder}.output_upscaling.0`, [width, up1, 2, 2], up1);
  norm(`${decoder}.output_upscaling.1`, up1);
  affine(`${decoder}.output_upscaling.3`, [up1, up2, 2, 2], up2);
  const head = (key: string, outputs: number) => {
    linear(`${key}.layers.0`, width, width);
    linear(`${key}.layers.1`, width, width);
    linear(`${key}.layers.2`, outputs, width);
  };
  for (let token = 0; token < MASK_TOKENS; token++)
    head(`${decoder}.output_hypernetworks_mlps.${token}`, up2);
  head(`${decoder}.iou_prediction_head`, MASK_TOKENS);
  return shapes;
}
