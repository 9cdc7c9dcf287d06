import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Rect } from '../../shared/affine.ts';
import { CancelSource, type CancelSignal } from '../../shared/cancellation.ts';
import type { Prompt } from '../../shared/engine-contract.ts';
import type { Retouch, Stroke } from '../../shared/retouch.ts';
import { toTinyCutError, type ErrorCode, type TinyCutError } from '../../shared/errors.ts';
import { LatestWinsLane } from '../latest-wins-lane.ts';
import { push, redo, replacePresent, startHistory, undo, type History } from './history.ts';
import {
  chooseCandidate,
  sizeOfCandidate,
  type MaskSize,
  type Segmentation,
  type ShownMask,
} from './mask-size.ts';
import { KeptResults } from './kept-results.ts';
import { refinedMaskOf, replaySteps } from './replay-steps.ts';
import { addStroke, BLANK_MASK, invert, isRetouched } from './retouching.ts';
import {
  emptyEntry,
  isEmpty,
  subjectEntry,
  toPrompt,
  withBox,
  withPoint,
  type LabelledPoint,
  type PromptEntry,
} from './prompt-entry.ts';

/** What a click at a point would give. */
export interface HoverPreview {
  /** The entry that the click would make. */
  readonly entry: PromptEntry;
  readonly segmentation: Segmentation;
}

/** After these the image gets embedded again, and then `refresh` is called: nothing for the user to do. */
const ENDS_BY_ITSELF: readonly ErrorCode[] = ['worker-lost', 'image-missing'];

/** Prompts with their undo history, and the masks that the engine gives for them. */
export class Segmenting {
  private readonly lane = new LatestWinsLane<'prompt' | 'hover'>(['prompt', 'hover']);
  private readonly results = new KeptResults();
  private readonly history = signal(startHistory(emptyEntry()));
  private readonly standIn = signal<ShownMask | null>(null);
  private wantedHover: LabelledPoint | null = null;
  private subjectSearch: { entryId: number; source: CancelSource } | null = null;

  readonly isBusy = signal(false);
  readonly error = signal<TinyCutError | null>(null);
  /** Always one step from the present prompts; null when nothing is under the pointer. */
  readonly hover = signal<HoverPreview | null>(null);

  readonly steps: ReadonlySignal<History<PromptEntry>> = this.history;
  readonly entry = computed(() => this.history.value.present);
  readonly isPromptEmpty = computed(() => isEmpty(this.entry.value));
  readonly canClear = computed(() => !this.isPromptEmpty.value || isRetouched(this.entry.value.retouch));
  readonly canUndo = computed(() => this.history.value.past.length > 0);
  readonly canRedo = computed(() => this.history.value.future.length > 0);

  /** The mask of the prompts as they stand; null until it is known. */
  readonly shown = computed<ShownMask | null>(() => this.maskOf(this.entry.value));
  /** What to draw: while the engine thinks about a new prompt, the mask that was there before. */
  readonly drawn = computed(() => this.shown.value ?? (this.isBusy.value ? this.standIn.value : null));
  readonly hoverShown = computed<ShownMask | null>(() => {
    const hover = this.hover.value;
    return hover && chooseCandidate(hover.segmentation, hover.entry.maskSize);
  });
  /** The size to mark as chosen: the user's pick, else that of the mask on show. */
  readonly shownSize = computed<MaskSize | null>(() => {
    const segmentation = this.results.of(this.entry.value) ?? this.hover.value?.segmentation;
    const shown = this.shown.value ?? this.hoverShown.value;
    return (
      this.entry.value.maskSize ?? (segmentation && shown && sizeOfCandidate(segmentation, shown)) ?? null
    );
  });

  /**
   * @param segment asks the engine
   * @param findSubject asks it what the image is about
   * @param canSegment whether there is an embedding to ask about
   * @param parked the history of an earlier visit to the image
   */
  constructor(
    private readonly segment: (prompt: Prompt) => Promise<Segmentation>,
    private readonly findSubject: (signal: CancelSignal) => Promise<Segmentation>,
    private readonly canSegment: () => boolean,
    parked?: History<PromptEntry>,
  ) {
    if (parked) this.history.value = parked;
  }

  addPoint(point: LabelledPoint): void {
    const hover = this.hover.peek();
    const isPreviewed = hover !== null && endsWith(hover.entry, point);
    if (isPreviewed) this.results.keep(hover.entry, hover.segmentation);
    // Until the pointer moves, a preview would only repeat the click.
    this.wantedHover = null;
    this.standIn.value = this.hoverShown.peek() ?? this.drawn.peek();
    this.step(isPreviewed ? hover.entry : withPoint(this.entry.peek(), point, this.shown.peek()));
  }

  /** Selects what the image is about. */
  showSubject(): void {
    if (this.entry.peek().isSubject) return;
    this.standIn.value = this.drawn.peek();
    this.step(subjectEntry());
  }

  setBox(box: Rect): void {
    this.standIn.value = this.drawn.peek();
    this.step(withBox(this.entry.peek(), box));
  }

  clear(): void {
    if (this.canClear.peek()) this.step(emptyEntry());
  }

  /** Over the mask as it is and as it will be: later clicks change what is below. */
  addStroke(stroke: Stroke): void {
    // Nothing can be taken away from nothing.
    if (stroke.mode === 'erase' && !this.canClear.peek()) return;
    this.retouch(addStroke(this.entry.peek().retouch, stroke));
  }

  /** Keeps what is left out, and leaves out what is kept. */
  invert(): void {
    if (this.shown.peek()) this.retouch(invert(this.entry.peek().retouch));
  }

  undo(): void {
    this.standIn.value = null;
    this.change(undo(this.history.peek()));
  }

  redo(): void {
    this.standIn.value = null;
    this.change(redo(this.history.peek()));
  }

  /**
   * Picks one of the masks at hand: for the present prompts, or for the first click to come. A step of its own, unless undoing
   * that would change nothing that is to be seen.
   */
  setMaskSize(maskSize: MaskSize): void {
    const hover = this.hover.peek();
    const history = this.history.peek();
    const { present } = history;
    if (present.maskSize === maskSize) return;
    const sized: PromptEntry = { ...present, maskSize };
    const shown = this.shown.peek();
    const isStep = !isEmpty(present) && (shown === null || this.maskOf(sized) !== shown);
    batch(() => {
      this.change(isStep ? push(history, sized) : replacePresent(history, sized));
      if (hover && isEmpty(present)) this.hover.value = { ...hover, entry: { ...hover.entry, maskSize } };
    });
  }

  /** Previews a click; the newest wish wins. Null when the pointer is nowhere. */
  hoverAt(point: LabelledPoint | null): void {
    const base = this.entry.peek();
    // Nothing can be taken away from nothing.
    this.wantedHover = point?.label === 0 && isEmpty(base) ? null : point;
    if (!this.wantedHover) {
      this.hover.value = null;
      this.lane.drop('hover');
    } else if (this.canSegment()) {
      const wanted = this.wantedHover;
      this.lane.submit('hover', () => this.preview(wanted));
    }
  }

  /** Asks for what isn't known: the mask of the present prompts, and the preview that waits. */
  refresh(): void {
    const entry = this.entry.peek();
    const isKnown = isEmpty(entry) || this.results.of(entry) !== null;
    this.error.value = null;
    this.isBusy.value = !isKnown;
    if (isKnown) this.lane.drop('prompt');
    else if (this.canSegment()) this.lane.submit('prompt', () => this.findMask(entry));
    if (this.wantedHover) this.hoverAt(this.wantedHover);
  }

  /** Goes on with prompts from elsewhere, in place of those that are there. */
  restore(history: History<PromptEntry>): void {
    this.standIn.value = null;
    this.change(history);
  }

  /** @returns the history, for when the image is opened again */
  dispose(): History<PromptEntry> {
    this.lane.dropAll();
    this.subjectSearch?.source.abort();
    this.wantedHover = null;
    return this.history.peek();
  }

  /** Null until it is known. Reads signals. */
  private maskOf(entry: PromptEntry): ShownMask | null {
    if (isEmpty(entry)) return entry.retouch.strokes.length > 0 ? BLANK_MASK : null;
    const segmentation = this.results.of(entry);
    return segmentation && chooseCandidate(segmentation, entry.maskSize);
  }

  private async findMask(entry: PromptEntry): Promise<void> {
    const isPresent = () => this.entry.peek().id === entry.id;
    try {
      // While this waited, the answer may have come for another step of the same prompts.
      const segmentation = this.results.of(entry) ?? (await this.askAnew(entry));
      batch(() => {
        this.results.keep(entry, segmentation);
        if (isPresent()) this.isBusy.value = false;
      });
    } catch (thrown) {
      const error = toTinyCutError(thrown);
      if (!isPresent() || ENDS_BY_ITSELF.includes(error.code)) return;
      this.isBusy.value = false;
      this.error.value = error;
    }
  }

  private async askAnew(entry: PromptEntry): Promise<Segmentation> {
    const { previousLogits } = entry.isRefinedMaskLost ? await this.replay(entry) : entry;
    return this.ask({ ...entry, previousLogits });
  }

  /** @returns the entry with the mask that it refines */
  private async replay(entry: PromptEntry): Promise<PromptEntry> {
    const chainOf = ({ past, present, future }: History<PromptEntry>) => [...past, present, ...future];
    const replayed = await replaySteps(chainOf(this.history.peek()), entry, {
      ask: (step) => this.ask(step),
      resultOf: (step) => this.results.of(step),
      keep: (step, segmentation) => this.results.keep(step, segmentation),
    });
    const byId = new Map(replayed.map((step) => [step.id, step] as const));
    const update = (step: PromptEntry) => {
      const found = byId.get(step.id);
      return found ? { ...step, ...refinedMaskOf(found) } : step;
    };
    const { past, present, future } = this.history.peek();
    this.history.value = { past: past.map(update), present: update(present), future: future.map(update) };
    return update(entry);
  }

  private async preview(point: LabelledPoint): Promise<void> {
    const base = this.entry.peek();
    const entry = withPoint(base, point, this.shown.peek());
    const segmentation = await this.segment(toPrompt(entry));
    const now = this.entry.peek();
    // The pointer has usually moved on, but as long as the prompts are the same, this is news.
    if (now.id !== base.id || !this.wantedHover) return;
    const maskSize = isEmpty(now) ? now.maskSize : entry.maskSize;
    this.hover.value = { entry: { ...entry, maskSize, retouch: now.retouch }, segmentation };
  }

  private ask(entry: PromptEntry): Promise<Segmentation> {
    if (!entry.isSubject) return this.segment(toPrompt(entry));
    const source = new CancelSource();
    this.subjectSearch = { entryId: entry.id, source };
    return this.findSubject(source.signal);
  }

  private retouch(retouch: Retouch): void {
    this.step({ ...this.entry.peek(), retouch });
  }

  private step(entry: PromptEntry): void {
    this.change(push(this.history.peek(), entry));
  }

  private change(history: History<PromptEntry>): void {
    if (history === this.history.peek()) return;
    // Nobody waits for it any more.
    if (this.subjectSearch && this.subjectSearch.entryId !== history.present.id) {
      this.subjectSearch.source.abort();
      this.subjectSearch = null;
    }
    batch(() => {
      this.history.value = history;
      this.hover.value = null;
      this.refresh();
    });
  }
}

function endsWith(entry: PromptEntry, point: LabelledPoint): boolean {
  const last = entry.points.at(-1);
  return last !== undefined && last.x === point.x && last.y === point.y && last.label === point.label;
}
