import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { Size } from '../../shared/affine.ts';
import { CancelSource, type CancelSignal } from '../../shared/cancellation.ts';
import { MODEL_SIDE_PX, type Prompt } from '../../shared/engine-contract.ts';
import type { EdgeSettings } from '../../shared/edge-settings.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import {
  MAX_PLACED_OBJECTS,
  type HostTraits,
  type ImageLayer,
  type ImagePath,
  type KeptCutout,
  type OutputKind,
} from '../../shared/host-contract.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import type { HostChannel } from '../host/host-port.ts';
import { Applying, type MaskTask } from './applying.ts';
import { promptsOf, recipeOf } from './cutout-recipe.ts';
import { EdgePreview } from './edge-preview.ts';
import { hostMemory } from './embed-picture.ts';
import { EmbeddingRun, type EmbeddingState } from './embedding-run.ts';
import type { History } from './history.ts';
import { segmentationOfSubject, type Segmentation } from './mask-size.ts';
import { readPicture, type DecodeImage, type Picture } from './picture.ts';
import { isSameStep, type PromptEntry } from './prompt-entry.ts';
import { Segmenting } from './segmenting.ts';
import { Splitting, type ParkedLayers } from './splitting.ts';
import { strings } from '../strings.ts';
import type { Task } from './task.ts';

export type PictureState =
  { phase: 'reading' } | { phase: 'shown'; picture: Picture } | { phase: 'failed'; error: TinyCutError };

export interface SessionDependencies {
  host: HostChannel;
  engine: EngineClient;
  decode: DecodeImage;
}

/** What is left of a session when its image is opened again. */
export interface ParkedWork {
  prompts: History<PromptEntry>;
  edited?: EditedResult | null;
  layers?: ParkedLayers;
}

/** An earlier result that the session goes on with: what is applied takes its place. */
export interface EditedResult {
  nodeId: string;
  name: string;
}

/** What the whole workspace is about. */
export interface SessionSurroundings {
  task: ReadonlySignal<Task>;
  traits: ReadonlySignal<HostTraits>;
  /** What to show of an edge that is fitted; null for the mask's outline. */
  previewedEdge: ReadonlySignal<EdgeSettings | null>;
}

/** All that belongs to one opened image; thrown away when another one is opened. */
export class ImageSession {
  private readonly currentPicture = signal<PictureState>({ phase: 'reading' });
  private readonly embeddingRun = signal<EmbeddingRun | null>(null);
  private readonly closing = new CancelSource();
  private readonly stopEffects: readonly (() => void)[];

  /** Null for a session that makes new results. */
  readonly edited = signal<EditedResult | null>(null);
  /** The prompts as the edited result had them; null before they are there. */
  private readonly keptEntry = signal<PromptEntry | null>(null);
  /** The result whose place the next one takes, as long as its prompts are as it had them. */
  readonly editedAsItWas = computed(() => {
    const kept = this.keptEntry.value;
    return kept && isSameStep(kept, this.segmenting.entry.value) ? this.edited.value : null;
  });
  readonly segmenting: Segmenting;
  readonly splitting: Splitting;
  readonly applying: Applying;
  readonly edgePreview: EdgePreview;
  readonly pictureState = computed(() => this.currentPicture.value);
  readonly picture = computed(() => {
    const state = this.currentPicture.value;
    return state.phase === 'shown' ? state.picture : null;
  });
  readonly embeddingState = computed<EmbeddingState>(
    () => this.embeddingRun.value?.state.value ?? { phase: 'waiting' },
  );
  readonly embedded = computed(() => {
    const state = this.embeddingState.value;
    return state.phase === 'ready' ? state.embedded : null;
  });
  /** Of the newest embedding: masks stay on show while a lost worker is replaced. */
  readonly modelSizePx = signal<Size>({ width: MODEL_SIDE_PX, height: MODEL_SIDE_PX });
  readonly canApply = computed(
    () => this.segmenting.shown.value !== null && this.embedded.value !== null && !this.applying.isBusy,
  );

  /** The mask on show, as the engine is asked for results of it. */
  private readonly maskTask = computed<MaskTask | null>(() => {
    const embedded = this.embedded.value;
    const shown = this.segmenting.shown.value;
    const picture = this.picture.value;
    if (!embedded || !shown || !picture) return null;
    const { retouch } = this.segmenting.entry.value;
    return { embedded, logits: shown.logits, retouch, clipImagePolygon: picture.visibleImagePolygon };
  });

  readonly canSplit = computed(() => {
    const count = this.splitting.chosen.value.length;
    const isPossible = this.splitting.isReady.value && this.embedded.value !== null && !this.applying.isBusy;
    return isPossible && count > 0 && count <= MAX_PLACED_OBJECTS;
  });

  constructor(
    private readonly dependencies: SessionDependencies,
    readonly layer: ImageLayer,
    private readonly surroundings: SessionSurroundings,
    parked?: ParkedWork,
    private readonly kept?: KeptCutout,
  ) {
    const { task } = surroundings;
    this.edited.value = parked?.edited ?? kept ?? null;
    this.segmenting = new Segmenting(
      (prompt) => this.segment(prompt),
      (signal) => this.findSubject(signal),
      () => this.embedded.peek() !== null,
      parked?.prompts,
    );
    this.splitting = new Splitting(dependencies.engine, () => this.startEmbedding(), parked?.layers);
    this.applying = new Applying(dependencies.engine, dependencies.host);
    this.edgePreview = new EdgePreview(dependencies.engine, this.maskTask, surroundings.previewedEdge);
    this.stopEffects = [
      () => this.edgePreview.dispose(),
      effect(() => {
        const embedded = this.embedded.value;
        if (!embedded) return;
        this.modelSizePx.value = embedded.modelSizePx;
        untracked(() => this.segmenting.refresh());
      }),
      effect(() => {
        const embedded = this.embedded.value;
        const isWanted = task.value === 'everything';
        untracked(() => {
          if (isWanted) this.segmenting.hoverAt(null);
          else this.splitting.leave();
          if (isWanted && embedded) void this.splitting.begin(embedded);
        });
      }),
      // What was placed, or failed to be, is old news once the prompts change.
      effect(() => {
        if (this.segmenting.entry.value && this.splitting.choice.value && task.value)
          untracked(() => this.applying.settle());
      }),
    ];
    void this.open();
  }

  /** Reads the image and embeds it. Failures end in the states. */
  async open(): Promise<void> {
    this.currentPicture.value = { phase: 'reading' };
    const { host, engine, decode } = this.dependencies;
    try {
      const picture = await readPicture(host, this.layer.source, decode, this.closing.signal);
      this.currentPicture.value = { phase: 'shown', picture };
      this.goOnWithKept(picture);
      const { keepsEmbeddings } = this.surroundings.traits.peek();
      const memory = keepsEmbeddings ? hostMemory(host, this.layer.source, picture) : null;
      const run = new EmbeddingRun(engine, picture, memory);
      this.embeddingRun.value = run;
      await run.start();
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      if (error.code !== 'cancelled') this.currentPicture.value = { phase: 'failed', error };
    }
  }

  startEmbedding(): void {
    void this.embeddingRun.peek()?.start();
  }

  cancelEmbedding(): void {
    this.embeddingRun.peek()?.cancel();
  }

  searchAgain(): void {
    const embedded = this.embedded.peek();
    if (embedded) void this.splitting.begin(embedded);
  }

  /** @returns as `Applying.apply` does; null too when there is nothing to apply */
  async apply(
    kind: OutputKind,
    outlineDetail: number,
    edge: EdgeSettings | null,
  ): Promise<readonly string[] | null> {
    const picture = this.picture.peek();
    const task = this.maskTask.peek();
    if (!picture || !task) return null;
    const recipe = recipeOf(this.segmenting.steps.peek(), { kind, outlineDetail, edge });
    const replacesNodeId = this.edited.peek()?.nodeId ?? null;
    const made = { kind, outlineDetail, edge, recipe, replacesNodeId };
    return this.applying.apply({ ...made, ...this.destination(picture), ...task });
  }

  /** For when the layer is there again: its deletion was undone. */
  forgetMissingLayer(): void {
    const applied = this.applying.state.peek();
    if (applied.phase === 'failed' && applied.error.code === 'layer-missing') this.applying.settle();
  }

  /** From here on results are new ones. */
  leaveEdited(): void {
    this.edited.value = null;
  }

  /** @throws TinyCutError `mask-empty` when no mask is on show */
  async traceMask(
    outlineDetail: number,
    edge: EdgeSettings | null,
  ): Promise<{ imageSizePx: Size; paths: ImagePath[] }> {
    const task = this.maskTask.peek();
    if (!task) throw new TinyCutError('mask-empty', strings.apply.noMask);
    const { paths } = await this.applying.trace(task, outlineDetail, edge);
    return { imageSizePx: task.embedded.imageSizePx, paths };
  }

  /** The chosen layers and the background as one group. @returns as `apply` does */
  async split(layerKind: OutputKind, outlineDetail: number): Promise<readonly string[] | null> {
    const embedded = this.embedded.peek();
    const picture = this.picture.peek();
    if (!embedded || !picture || !this.canSplit.peek()) return null;
    const all = this.splitting.shown.peek()?.layers ?? [];
    return this.applying.apply({
      kind: 'layers',
      ...this.destination(picture),
      embedded,
      layerKind,
      layers: this.splitting.chosen.peek().map((layer) => ({
        name: strings.layers.name(all.indexOf(layer) + 1),
        ids: layer.ids,
      })),
      clipImagePolygon: picture.visibleImagePolygon,
      outlineDetail,
    });
  }

  /**
   * A result that is being made is still made: it was ordered.
   * @returns the prompts, for when the image is opened again
   */
  dispose(): History<PromptEntry> {
    this.closing.abort();
    for (const stop of this.stopEffects) stop();
    this.splitting.leave();
    this.embeddingRun.peek()?.dispose();
    this.picture.peek()?.image.close();
    return this.segmenting.dispose();
  }

  /** Prompts that are there already are newer. Those of pixels of another kind would point elsewhere. */
  private goOnWithKept(picture: Picture): void {
    const { kept, segmenting } = this;
    if (!kept || !segmenting.isPromptEmpty.peek()) return;
    if (kept.isRendered !== (picture.pixels.from === 'rendered')) {
      const { host } = this.dependencies;
      host.call('notify', { message: strings.clicksLost, isError: false }).catch(() => undefined);
      return;
    }
    segmenting.restore(promptsOf(kept.recipe, kept.imageSizePx, picture.imageSizePx));
    this.keptEntry.value = segmenting.entry.peek();
  }

  private destination({ pixels }: Picture) {
    const { maxTileSidePx } = this.surroundings.traits.peek();
    return { source: this.layer.source, pixels, maxTileSidePx };
  }

  private segment(prompt: Prompt): Promise<Segmentation> {
    return this.askEngine((imageId) => this.dependencies.engine.call('segment', { imageId, prompt }));
  }

  private findSubject(signal: CancelSignal): Promise<Segmentation> {
    return this.askEngine(async (imageId) => {
      const found = await this.dependencies.engine.call('findSubject', { imageId }, { signal });
      if (found.proposals.length === 0) throw new TinyCutError('mask-empty', strings.subject.nothingFound);
      return segmentationOfSubject(found);
    });
  }

  private async askEngine(ask: (imageId: string) => Promise<Segmentation>): Promise<Segmentation> {
    const embedded = this.embedded.peek();
    if (!embedded) throw new TinyCutError('image-missing', 'The image is not analysed yet.');
    try {
      const segmentation = await ask(embedded.imageId);
      this.embeddingRun.peek()?.confirmAlive();
      return segmentation;
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      if (error.code === 'image-missing' && this.embedded.peek() === embedded) this.startEmbedding();
      throw error;
    }
  }
}
