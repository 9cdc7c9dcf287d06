import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';
import { LOGITS_SIDE, MODEL_SIDE_PX } from '../shared/engine-contract.ts';
import { buildDecoder } from './model/graph/decoder.ts';
import { IMAGE_PORTS, MASK_PORTS, PROMPT_PORTS, type ImagePort } from './model/graph/decoder-ports.ts';
import { buildEncoder } from './model/graph/encoder.ts';
import { buildPrepareImage } from './model/graph/prepare-image.ts';
import { buildRefineImage, REFINED } from './model/graph/refine-image.ts';
import type { OnnxModel } from './model/onnx/model.ts';
import { writeModel } from './model/onnx/write-model.ts';
import { readPack } from './model/pack/read-pack.ts';
import type { PromptTokens } from './prompt/prompt-tokens.ts';
import { ModelSession, type FloatTensor } from './session.ts';

/** What the decoder needs of an image, made once: see `IMAGE_PORTS`. 10.5 MB. */
export type PreparedImage = Readonly<Record<ImagePort, FloatTensor>>;

/** B prompts, in their order. */
export interface BatchAnswer {
  /** [B, 4, 256, 256] */
  logits: Float32Array;
  /** [B, 4], not clamped. */
  predictedIous: Float32Array;
}

/** One prompt. */
export interface DecoderAnswer extends BatchAnswer {
  decodeMs: number;
}

const IMAGE_PORT_NAMES = Object.keys(IMAGE_PORTS) as ImagePort[];

/**
 * The network, ready to run: one session for each part that runs at a pace of its own. Its graphs are built here, from
 * the weights alone.
 */
export class Network {
  private constructor(
    private readonly encoder: ModelSession,
    private readonly preparer: ModelSession,
    private readonly refiner: ModelSession,
    private readonly decoder: ModelSession,
  ) {}

  /**
   * @param pack a weight pack; not kept
   * @param onProgress told the share that is done, 0..1
   * @throws TinyCutError `model-corrupt`, `out-of-memory`, `cancelled`
   */
  static async load(
    pack: Uint8Array,
    {
      signal,
      onProgress,
    }: { signal?: CancelSignal | undefined; onProgress?: (fraction: number) => Promise<void> } = {},
  ): Promise<Network> {
    const { tensors, precision } = readPack(pack);
    const parts: [name: string, build: () => OnnxModel][] = [
      ['encoder', () => buildEncoder(tensors)],
      ['preparer', () => buildPrepareImage(tensors)],
      ['refiner', () => buildRefineImage(tensors)],
      ['decoder', () => buildDecoder(tensors, { exactGelu: precision === 'fp32' })],
    ];
    const sessions: ModelSession[] = [];
    try {
      for (const [i, [name, build]] of parts.entries()) {
        throwIfCancelled(signal);
        // Built one after the other, so that no two graphs are in memory at once.
        sessions.push(await ModelSession.create(name, writeModel(build()), signal));
        await onProgress?.((i + 1) / parts.length);
      }
    } catch (thrown) {
      await Promise.all(sessions.map((session) => session.release()));
      throw thrown;
    }
    const [encoder, preparer, refiner, decoder] = sessions as [
      ModelSession,
      ModelSession,
      ModelSession,
      ModelSession,
    ];
    return new Network(encoder, preparer, refiner, decoder);
  }

  /**
   * @param input [1, 3, 1024, 1024], as `toModelInput` makes it
   * @returns embedding [1, 256, 64, 64]
   * @throws TinyCutError `out-of-memory`, `internal`, `cancelled`
   */
  async embed(input: Float32Array, signal?: CancelSignal): Promise<Float32Array> {
    const { outputs } = await this.encoder.run(
      { image: { data: input, dims: [1, 3, MODEL_SIDE_PX, MODEL_SIDE_PX] } },
      signal,
    );
    return outputs['image_embedding']!.data;
  }

  /** The decoder's work that no prompt changes. Throws as `embed` does. */
  async prepare(embedding: Float32Array, signal?: CancelSignal): Promise<PreparedImage> {
    const { outputs } = await this.preparer.run(
      { image_embedding: { data: embedding, dims: [1, 256, 64, 64] } },
      signal,
    );
    return preparedImage(outputs, '');
  }

  /** Asks for the masks of one prompt. Throws as `embed` does. */
  async decode(
    prepared: PreparedImage,
    { coords, labels }: PromptTokens,
    previousLogits: Float32Array | null,
    signal?: CancelSignal,
  ): Promise<DecoderAnswer> {
    const startedAt = performance.now();
    const image = previousLogits ? await this.refine(prepared, previousLogits, signal) : prepared;
    const answer = await this.runDecoder(image, coords, labels, 1, signal);
    return { ...answer, decodeMs: performance.now() - startedAt };
  }

  /**
   * Asks for the masks of several prompts at once. Throws as `embed` does.
   * @param prompts all of one length of labels
   */
  decodeBatch(
    prepared: PreparedImage,
    prompts: readonly Pick<PromptTokens, 'coords' | 'labels'>[],
    signal?: CancelSignal,
  ): Promise<BatchAnswer> {
    const coords = Float32Array.from(prompts.flatMap((prompt) => [...prompt.coords]));
    const labels = Float32Array.from(prompts.flatMap((prompt) => [...prompt.labels]));
    return this.runDecoder(prepared, coords, labels, prompts.length, signal);
  }

  /** Frees the sessions' memory, after whatever is queued. */
  async release(): Promise<void> {
    const sessions = [this.encoder, this.preparer, this.refiner, this.decoder];
    await Promise.all(sessions.map((session) => session.release()));
  }

  private async runDecoder(
    image: PreparedImage,
    coords: Float32Array,
    labels: Float32Array,
    promptCount: number,
    signal: CancelSignal | undefined,
  ): Promise<BatchAnswer> {
    const pointCount = labels.length / promptCount;
    const { outputs } = await this.decoder.run(
      {
        ...portsOf(image),
        [PROMPT_PORTS.coords.name]: { data: coords, dims: [promptCount, pointCount, 2] },
        [PROMPT_PORTS.labels.name]: { data: labels, dims: [promptCount, pointCount] },
        [PROMPT_PORTS.wantsMasks.name]: { data: Float32Array.of(1), dims: [1] },
      },
      signal,
    );
    return {
      logits: outputs[MASK_PORTS.logits.name]!.data,
      predictedIous: outputs[MASK_PORTS.iou.name]!.data,
    };
  }

  private async refine(
    prepared: PreparedImage,
    logits: Float32Array,
    signal?: CancelSignal,
  ): Promise<PreparedImage> {
    const { outputs } = await this.refiner.run(
      { ...portsOf(prepared), mask_input: { data: logits, dims: [1, 1, LOGITS_SIDE, LOGITS_SIDE] } },
      signal,
    );
    return preparedImage(outputs, REFINED);
  }
}

function portsOf(image: PreparedImage): Record<string, FloatTensor> {
  return Object.fromEntries(IMAGE_PORT_NAMES.map((port) => [IMAGE_PORTS[port].name, image[port]]));
}

function preparedImage(outputs: Record<string, FloatTensor>, prefix: string): PreparedImage {
  const entries = IMAGE_PORT_NAMES.map((port) => [port, outputs[prefix + IMAGE_PORTS[port].name]!]);
  return Object.fromEntries(entries) as PreparedImage;
}
