import { parameterShapes } from '../../parameter-shapes.ts';

/**
 * Keys of the official state dicts, TinySAM's and MobileSAM's: those of `parameterShapes`, but with every batch norm
 * beside its convolution (`x.c.weight`, `x.bn.*`).
 */
export function officialShapes(): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [key, shape] of parameterShapes()) {
    if (!key.endsWith('.c.bias')) {
      shapes.set(key, shape);
      continue;
    }
    const norm = key.replace(/\.c\.bias$/, '.bn');
    for (const field of ['weight', 'bias', 'running_mean', 'running_var'])
      shapes.set(`${norm}.${field}`, shape);
    shapes.set(`${norm}.num_batches_tracked`, []);
  }
  return shapes;
}

/** The count of training steps, the only key that is not a weight. */
export function isStepCount(key: string): boolean {
  return key.endsWith('.bn.num_batches_tracked');
}

const UNUSED_KEYS: readonly RegExp[] = [
  // TinyViT's classifier, which SAM's encoder has no use for.
  /^image_encoder\.(norm_head|head)\.(weight|bias)$/,
  // What the network computes of its own shape and of the biases, where it was saved too.
  /\.attn\.(attention_bias_idxs|ab)$/,
  // Constants of the preprocessing.
  /^pixel_(mean|std)$/,
];

/** Keys that some files have and that mean nothing for the function of the network. */
export function isUnused(key: string): boolean {
  return UNUSED_KEYS.some((pattern) => pattern.test(key));
}
