import type { Size } from '../shared/affine.ts';
import { throwIfCancelled, type CancelSignal } from '../shared/cancellation.ts';
import { LOGITS_SIDE } from '../shared/engine-contract.ts';
import { EMBEDDING_CHANNELS, EMBEDDING_SIDE } from './model/architecture.ts';
import { buildDecoder } from './model/graph/decoder.ts';
import {
  EMBEDDING_PORT,
  IMAGE_PORTS,
  MASK_INPUT_PORT,
  MASK_PORTS,
  PROMPT_PORTS,
  type ImagePort,
} from './model/graph/decoder-ports.ts';
import {
  buildStem,
  buildTrunk,
  PADDING_TOKENS,
  PART_INPUT,
  PART_OUTPUT,
  STEM_TENSORS,
} from './model/graph/encoder.ts';
import { buildPrepareImage, PREPARER_TENSORS } from './model/graph/prepare-image.ts';
import { buildRefineImage, REFINED, REFINER_TENSORS } from './model/graph/refine-image.ts';
import { maskSizeCells, withPadding } from './model/mask-padding.ts';
import type { OnnxModel } from './model/onnx/model.ts';
import { withShortNames } from './model/onnx/short-names.ts';
import { writeModel } from './model/onnx/write-model.ts';
import { readPack } from './model/pack/read-pack.ts';
import { completeStemTokens } from './model/stem-padding.ts';
import {
  detachedTensors,
  floatsOf,
  storedTensor,
  type FloatTensor as StoredFloats,
  type StoredTensors,
} from './model/stored-tensor.ts';
import type { ModelInput } from './preprocess.ts';
import type { PromptTokens } from './prompt/prompt-tokens.ts';
import { JobQueue } from './job-queue.ts';
import { Lazy } from './lazy.ts';
import { ModelSession, type FloatTensor } from './session.ts';

/** What the decoder needs of an image, made once: see `IMAGE_PORTS`. 10.5 MB. */
export type PreparedImage = Readonly<Record<ImagePort, FloatTensor>>;

/** B prompts, in their order. */
export interface BatchAnswer {
  /** Of B x 4 masks, [256 x 256] each, with a buffer of its own; -16 beyond the image. */
  logits: Float32Array[];
  /** [B, 4], not clamped. */
  predictedIous: Float32Array;
}

/** One prompt. */
export interface DecoderAnswer extends BatchAnswer {
  decodeMs: number;
}

/** Of the parts that are built after the load. */
const LATER_TENSORS = [STEM_TENSORS, PREPARER_TENSORS, REFINER_TENSORS];

const IMAGE_PORT_NAMES = Object.keys(IMAGE_PORTS) as ImagePort[];

/**
 * The network, ready to run: one session for each part that runs at a pace of its own. Its graphs are built here, from
 * the weights alone. Trunk and decoder are built at load; the stem is built for the size of an image, the preparer for the first
 * image, and the refiner for the first mask prompt.
 */
export class Network {
  private stem: { sizePx: Size; sessions: ModelSession[] } | null = null;
  private readonly preparer: Lazy<ModelSession>;
  private readonly refiner: Lazy<ModelSession>;
  private readonly paddingTokens: StoredFloats;
  /** One at a time, since they share the stem. */
  private readonly embeds = new JobQueue();

  private constructor(
    private readonly trunk: readonly ModelSession[],
    private readonly decoder: ModelSession,
    /** Of the parts that are built later. */
    private readonly tensors: StoredTensors,
    /** CRC-32 of the weights. */
    readonly modelId: number,
  ) {
    this.paddingTokens = floatsOf(storedTensor(tensors, PADDING_TOKENS));
    this.preparer = new Lazy(() => createSession(buildPrepareImage(tensors)));
    this.refiner = new Lazy(() => createSession(buildRefineImage(tensors)));
  }

  /**
   * @param pack a weight pack; not kept
   * @param options.isChecked as of `readPack`
   * @param onProgress told the share that is done, 0..1
   * @throws TinyCutError `model-corrupt`, `out-of-memory`, `cancelled`
   */
  static async load(
    pack: Uint8Array,
    {
      isChecked,
      signal,
      onProgress,
    }: {
      isChecked?: boolean | undefined;
      signal?: CancelSignal | undefined;
      onProgress?: (fraction: number) => Promise<void>;
    } = {},
  ): Promise<Network> {
    const { tensors, precision, checksum } = readPack(pack, { isChecked });
    const models = [...buildTrunk(tensors), buildDecoder(tensors, { exactGelu: precision === 'fp32' })];
    const sessions = await createSessions(models, { signal, onProgress });
    const laterTensors = detachedTensors(tensors, (name) => LATER_TENSORS.some((names) => names.test(name)));
    return new Network(sessions.slice(0, -1), sessions.at(-1)!, laterTensors, checksum);
  }

  /**
   * @returns embedding [1, 256, 64, 64]
   * @throws TinyCutError `out-of-memory`, `internal`, `cancelled`
   */
  embed(input: ModelInput, signal?: CancelSignal): Promise<Float32Array> {
    return this.embeds.run(() => this.embedNow(input, signal), signal);
  }

  private async embedNow({ values, sizePx }: ModelInput, signal?: CancelSignal): Promise<Float32Array> {
    const stem = await this.stemFor(sizePx, signal);
    const image = { data: values, dims: [1, 3, sizePx.height, sizePx.width] };
    const seen = await runParts(stem, image, signal);
    const data = completeStemTokens(this.paddingTokens, seen.data, sizePx);
    const cells = EMBEDDING_SIDE ** 2;
    return (await runParts(this.trunk, { data, dims: [cells, data.length / cells] }, signal)).data;
  }

  /** The decoder's work that no prompt changes. Throws as `embed` does. */
  async prepare(embedding: Float32Array, signal?: CancelSignal): Promise<PreparedImage> {
    const dims = [1, EMBEDDING_CHANNELS, EMBEDDING_SIDE, EMBEDDING_SIDE];
    const preparer = await this.preparer.get();
    const { outputs } = await preparer.run({ [EMBEDDING_PORT.name]: { data: embedding, dims } }, signal);
    return preparedImage(outputs, '');
  }

  /** Asks for the masks of one prompt. Throws as `embed` does. */
  async decode(
    prepared: PreparedImage,
    prompt: PromptTokens,
    previousLogits: Float32Array | null,
    signal?: CancelSignal,
  ): Promise<DecoderAnswer> {
    const startedAt = performance.now();
    const image = previousLogits ? await this.refine(prepared, previousLogits, signal) : prepared;
    const answer = await this.decodeBatch(image, [prompt], signal);
    return { ...answer, decodeMs: performance.now() - startedAt };
  }

  /**
   * Asks for the masks of several prompts at once. Throws as `embed` does.
   * @param prompts of one image, all of one length of labels
   */
  async decodeBatch(
    prepared: PreparedImage,
    prompts: readonly Omit<PromptTokens, 'tokenCount'>[],
    signal?: CancelSignal,
  ): Promise<BatchAnswer> {
    const { labels, modelSizePx } = prompts[0]!;
    const sizeCells = maskSizeCells(modelSizePx);
    const { width, height } = sizeCells;
    const joined = (key: 'coords' | 'labels') =>
      Float32Array.from(prompts.flatMap((prompt) => [...prompt[key]]));
    const { outputs } = await this.decoder.run(
      {
        ...portsOf(prepared),
        [PROMPT_PORTS.coords.name]: { data: joined('coords'), dims: [prompts.length, labels.length, 2] },
        [PROMPT_PORTS.labels.name]: { data: joined('labels'), dims: [prompts.length, labels.length] },
        [PROMPT_PORTS.wantsMasks.name]: { data: Float32Array.of(1), dims: [1] },
        [PROMPT_PORTS.maskCells.name]: { data: new Float32Array(height * width), dims: [height, width] },
      },
      signal,
    );
    const { data, dims } = outputs[MASK_PORTS.logits.name]!;
    const logitsPerMask = dims.at(-1)!;
    const logits = Array.from({ length: data.length / logitsPerMask }, (_, mask) =>
      withPadding(data.subarray(mask * logitsPerMask, (mask + 1) * logitsPerMask), sizeCells),
    );
    return { logits, predictedIous: outputs[MASK_PORTS.iou.name]!.data };
  }

  /** Frees the sessions' memory, after whatever is queued. */
  async release(): Promise<void> {
    const later = [this.preparer, this.refiner].map((session) => session.take());
    const sessions = [
      ...this.trunk,
      this.decoder,
      ...(this.stem?.sessions ?? []),
      ...(await Promise.all(later)),
    ];
    await Promise.all(sessions.map((session) => session?.release()));
  }

  /** Frees the sessions that are built again when they are wanted, after whatever is queued. */
  async releaseSpare(): Promise<void> {
    await this.embeds.run(async () => {
      const { sessions = [] } = this.stem ?? {};
      this.stem = null;
      await Promise.all(sessions.map((session) => session.release()));
    });
    for (const spare of [this.preparer, this.refiner]) {
      const session = await spare.take()?.catch(() => undefined);
      await session?.release();
    }
  }

  /** Of one size at a time: another is built in a few hundredths of a second. */
  private async stemFor(sizePx: Size, signal: CancelSignal | undefined): Promise<ModelSession[]> {
    if (this.stem?.sizePx.width === sizePx.width && this.stem.sizePx.height === sizePx.height)
      return this.stem.sessions;
    const { sessions: former = [] } = this.stem ?? {};
    this.stem = null;
    await Promise.all(former.map((session) => session.release()));
    const sessions = await createSessions(buildStem(this.tensors, sizePx), { signal });
    this.stem = { sizePx, sessions };
    return sessions;
  }

  private async refine(
    prepared: PreparedImage,
    logits: Float32Array,
    signal?: CancelSignal,
  ): Promise<PreparedImage> {
    const refiner = await this.refiner.get();
    const mask = { data: logits, dims: [1, 1, LOGITS_SIDE, LOGITS_SIDE] };
    const { outputs } = await refiner.run({ ...portsOf(prepared), [MASK_INPUT_PORT.name]: mask }, signal);
    return preparedImage(outputs, REFINED);
  }
}

function createSession(model: OnnxModel, signal?: CancelSignal): Promise<ModelSession> {
  return ModelSession.create(model.graph.name, writeModel(withShortNames(model)), signal);
}

/** All of them or none. */
async function createSessions(
  models: readonly OnnxModel[],
  {
    signal,
    onProgress,
  }: {
    signal?: CancelSignal | undefined;
    onProgress?: ((fraction: number) => Promise<void>) | undefined;
  },
): Promise<ModelSession[]> {
  const sessions: ModelSession[] = [];
  try {
    for (const model of models) {
      throwIfCancelled(signal);
      sessions.push(await createSession(model, signal));
      await onProgress?.(sessions.length / models.length);
    }
    return sessions;
  } catch (thrown) {
    await Promise.all(sessions.map((session) => session.release()));
    throw thrown;
  }
}

/** One part's output is the next one's input. */
async function runParts(
  parts: readonly ModelSession[],
  input: FloatTensor,
  signal?: CancelSignal,
): Promise<FloatTensor> {
  let tensor = input;
  for (const part of parts) {
    const { outputs } = await part.run({ [PART_INPUT]: tensor }, signal);
    tensor = outputs[PART_OUTPUT]!;
  }
  return tensor;
}

function portsOf(image: PreparedImage): Record<string, FloatTensor> {
  return Object.fromEntries(IMAGE_PORT_NAMES.map((port) => [IMAGE_PORTS[port].name, image[port]]));
}

function preparedImage(outputs: Record<string, FloatTensor>, prefix: string): PreparedImage {
  const entries = IMAGE_PORT_NAMES.map((port) => [port, outputs[prefix + IMAGE_PORTS[port].name]!]);
  return Object.fromEntries(entries) as PreparedImage;
}
