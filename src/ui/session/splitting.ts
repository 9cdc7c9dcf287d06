import { computed, signal } from '@preact/signals';
import type { Point, Size } from '../../shared/affine.ts';
import {
  CELL_MODEL_PX,
  LOGITS_SIDE,
  type Arrangement,
  type EmbeddedImage,
} from '../../shared/engine-contract.ts';
import { toTinyCutError, type ErrorCode, type TinyCutError } from '../../shared/errors.ts';
import type { EngineClient } from '../engine/engine-client.ts';
import { LatestWinsLane } from '../latest-wins-lane.ts';
import { push, redo, startHistory, undo } from './history.ts';
import {
  chooseAll,
  chooseOnly,
  EVERYTHING_CHOSEN,
  isChosen,
  merge,
  showLayers,
  toggle,
  unmerge,
  type LayerChoice,
  type ShownLayer,
} from './layer-choice.ts';
import { RegionSearch } from './region-search.ts';

/** Between a handful of large things and every button. */
const START_DETAIL = 0.5;
/** After these the image gets embedded and searched again: nothing for the user to do. */
const ENDS_BY_ITSELF: readonly ErrorCode[] = ['worker-lost', 'image-missing', 'regions-missing'];

export interface ParkedLayers {
  detail: number;
  choice: LayerChoice;
}

/** An image as layers: what was found in it, at which level of detail it is shown, and what of it is wanted. */
export class Splitting {
  private readonly lane = new LatestWinsLane<'arrange'>(['arrange']);
  private readonly history = signal(startHistory(EVERYTHING_CHOSEN));
  private readonly arranged = signal<Arrangement | null>(null);

  readonly search: RegionSearch;
  /** 0..1: fewer and larger .. more and smaller. */
  readonly detail = signal(START_DETAIL);
  readonly error = signal<TinyCutError | null>(null);
  /** The layer under the pointer, by one of its ids. */
  readonly hoveredId = signal<number | null>(null);
  /** The layer that the next one joins, by one of its ids. */
  readonly mergeIntoId = signal<number | null>(null);

  readonly choice = computed(() => this.history.value.present);
  readonly canUndo = computed(() => this.history.value.past.length > 0);
  readonly canRedo = computed(() => this.history.value.future.length > 0);
  readonly canClear = computed(() => this.choice.value !== EVERYTHING_CHOSEN);

  /** The same as long as nothing is merged: layers are not drawn anew when one is toggled. */
  private readonly merges = computed(() => this.choice.value.merges);
  /** The layers as they stand, those found so far while the search runs; null before the first. */
  readonly shown = computed(() => {
    const arrangement = this.arranged.value ?? this.search.soFar.value;
    return arrangement && showLayers(arrangement, this.merges.value);
  });
  readonly isReady = computed(() => this.arranged.value !== null);
  readonly chosen = computed(
    () => this.shown.value?.layers.filter((layer) => isChosen(this.choice.value, layer)) ?? [],
  );

  /**
   * @param embedAgain called when the engine has forgotten the image
   * @param parked as an earlier page left it
   */
  constructor(
    private readonly engine: EngineClient,
    private readonly embedAgain: () => void,
    parked?: ParkedLayers,
  ) {
    this.search = new RegionSearch(engine);
    if (!parked) return;
    this.detail.value = parked.detail;
    this.history.value = startHistory(parked.choice);
  }

  /** Finds everything in the image, unless that is done or under way. */
  async begin(embedded: EmbeddedImage): Promise<void> {
    const state = this.search.state.peek();
    if (state.phase === 'running' || (state.phase === 'ready' && state.embedded === embedded)) return;
    this.error.value = null;
    await this.search.start(embedded);
    if (this.search.state.peek().phase === 'ready') this.arrange();
  }

  /** Stops a search that nobody looks at. */
  leave(): void {
    this.search.cancel('idle');
    this.hoveredId.value = null;
    this.mergeIntoId.value = null;
  }

  setDetail(detail: number): void {
    this.detail.value = detail;
    this.arrange();
  }

  /** Asks the engine for the layers at the level of detail; the newest wish wins. */
  arrange(): void {
    this.error.value = null;
    this.lane.submit('arrange', () => this.askForArrangement());
  }

  layerById(id: number | null): ShownLayer | null {
    return this.shown.value?.layers.find(({ ids }) => id !== null && ids.includes(id)) ?? null;
  }

  layerAt(imagePoint: Point, imageSizePx: Size, modelSizePx: Size): ShownLayer | null {
    const shown = this.shown.peek();
    if (!shown) return null;
    const cell = (at: number, imageSide: number, modelSide: number) =>
      Math.min(Math.max(Math.floor((at * modelSide) / imageSide / CELL_MODEL_PX), 0), LOGITS_SIDE - 1);
    const x = cell(imagePoint.x, imageSizePx.width, modelSizePx.width);
    const y = cell(imagePoint.y, imageSizePx.height, modelSizePx.height);
    const label = shown.arrangement.labels[y * LOGITS_SIDE + x]!;
    return shown.layers[shown.layerOfLabel[label]!] ?? null;
  }

  toggle(layer: ShownLayer): void {
    this.mergeIntoId.value = null;
    this.step(toggle(this.choice.peek(), layer));
  }

  /** The first layer waits for others, which join it one by one. The same again ends that, and takes a merged layer apart. */
  mergeNext(layer: ShownLayer): void {
    const into = this.layerById(this.mergeIntoId.peek());
    if (into && into !== layer) {
      this.step(merge(this.choice.peek(), into, layer));
    } else {
      this.mergeIntoId.value = into ? null : layer.ids[0]!;
      if (into && layer.ids.length > 1) this.step(unmerge(this.choice.peek(), layer));
    }
  }

  /** The next layer joins none; those that have joined stay merged. */
  endMerge(): void {
    this.mergeIntoId.value = null;
  }

  chooseAll(): void {
    this.step(chooseAll(this.choice.peek(), true));
  }

  chooseNone(): void {
    this.step(chooseAll(this.choice.peek(), false));
  }

  /** @param areaFraction 0..1 of the image */
  chooseLargerThan(areaFraction: number): void {
    const layers = this.shown.peek()?.layers ?? [];
    this.step(
      chooseOnly(
        this.choice.peek(),
        layers.filter((layer) => layer.areaFraction >= areaFraction),
      ),
    );
  }

  /** Of those that are chosen. */
  keepLargest(count: number): void {
    const bySize = [...this.chosen.peek()].sort((a, b) => b.areaFraction - a.areaFraction);
    this.step(chooseOnly(this.choice.peek(), bySize.slice(0, count)));
  }

  undo(): void {
    this.history.value = undo(this.history.peek());
  }

  redo(): void {
    this.history.value = redo(this.history.peek());
  }

  /** Everything chosen, nothing merged. */
  clear(): void {
    this.mergeIntoId.value = null;
    if (this.canClear.peek()) this.step(EVERYTHING_CHOSEN);
  }

  private step(choice: LayerChoice): void {
    this.history.value = push(this.history.peek(), choice);
  }

  private async askForArrangement(): Promise<void> {
    const state = this.search.state.peek();
    if (state.phase !== 'ready') return;
    try {
      const { imageId } = state.embedded;
      this.arranged.value = await this.engine.call('arrangeLayers', { imageId, detail: this.detail.peek() });
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      if (!ENDS_BY_ITSELF.includes(error.code)) this.error.value = error;
      else if (error.code !== 'worker-lost') this.embedAgain();
    }
  }
}
