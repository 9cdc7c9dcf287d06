import { batch, computed, signal } from '@preact/signals';
import type { Size } from '../../shared/affine.ts';
import type { HandlerContext } from '../../shared/channel.ts';
import type { Params, Progress, Result } from '../../shared/contract.ts';
import { DEFAULT_EDGE, type EdgeSettings } from '../../shared/edge-settings.ts';
import { EDITABLE_DETAIL } from '../../shared/engine-contract.ts';
import { TinyCutError, toTinyCutError } from '../../shared/errors.ts';
import type {
  HostTraits,
  ImageLayer,
  ImagePath,
  KeptCutout,
  OutputKind,
  Selection,
} from '../../shared/host-contract.ts';
import type { UiContract } from '../../shared/ui-contract.ts';
import type { HostChannel } from '../host/host-port.ts';
import { strings } from '../strings.ts';
import { ImageSession, type ParkedWork, type SessionDependencies } from './image-session.ts';
import { OwnResults } from './own-results.ts';
import type { PromptEntry } from './prompt-entry.ts';
import { BackgroundRemoval } from './background-removal.ts';
import { isSameSource, keyOf } from './source-key.ts';
import type { Task } from './task.ts';

/** Until the host has answered: nothing is offered that it may not take. */
const UNKNOWN_HOST: HostTraits = {
  resultsAre: 'layers',
  outputKinds: [],
  maxTileSidePx: 4096,
  isUiResizable: false,
  hearsUndoKeys: false,
  keepsEmbeddings: false,
};

/** Images whose prompts are remembered while others are at work. */
const MAX_PARKED = 40;

/**
 * Which image is at work, given what is selected. The image changes when the selection holds other images; it stays
 * when the selection holds none, so that a stray click on the canvas costs nothing.
 */
export class Workspace {
  private readonly ownResults = new OwnResults();
  private readonly parked = new Map<string, ParkedWork>();
  private hasHeardSelection = false;

  /** Null until the host has answered. */
  readonly selection = signal<Selection | null>(null);
  readonly selectionError = signal<TinyCutError | null>(null);
  readonly session = signal<ImageSession | null>(null);
  /** The prompts as they stood when the image at work lost the selection; null while it has it. */
  readonly keptAtEntry = signal<PromptEntry | null>(null);
  readonly lastKind = signal<OutputKind>('cutout');
  /** 0..1: few nodes .. exact. Kept while images change. */
  readonly outlineDetail = signal(EDITABLE_DETAIL);
  /** Kept while images change, as is whether it holds. */
  readonly edge = signal(DEFAULT_EDGE);
  readonly isEdgeFitted = signal(true);
  readonly isEdgePanelOpen = signal(false);
  /** Whether results differ from those of someone who never touched these settings. */
  readonly isEdgeChanged = computed(() => {
    const edge = this.edge.value;
    const names = Object.keys(DEFAULT_EDGE) as (keyof EdgeSettings)[];
    const isDefault = this.isEdgeFitted.value && this.outlineDetail.value === EDITABLE_DETAIL;
    return !isDefault || names.some((name) => edge[name] !== DEFAULT_EDGE[name]);
  });
  /** While the settings of the edge are open, so that it shows what they do. */
  readonly previewedEdge = computed(() => {
    const isWanted = this.isEdgePanelOpen.value && this.isEdgeFitted.value && this.task.value === 'object';
    return isWanted ? this.edge.value : null;
  });
  readonly traits = signal(UNKNOWN_HOST);
  /** What the user is at: one object, or the whole image as layers. */
  readonly task = signal<Task>('object');
  private isTaskKnown = false;
  /** Of all that was selected when the menu entry asked for it. */
  readonly removal: BackgroundRemoval;
  private removalLayers: readonly ImageLayer[] = [];

  constructor(private readonly dependencies: SessionDependencies) {
    this.removal = new BackgroundRemoval(dependencies, this.traits, (nodeIds) =>
      this.ownResults.add(nodeIds),
    );
    dependencies.host.on('selectionChanged', (selection) => {
      this.hasHeardSelection = true;
      this.follow(selection);
    });
    dependencies.engine.onMemoryShort(() => this.notify(strings.memoryShort));
    dependencies.host.on('outputUndone', () => this.session.peek()?.applying.settle());
  }

  get host(): HostChannel {
    return this.dependencies.host;
  }

  async start(): Promise<void> {
    this.selectionError.value = null;
    this.hasHeardSelection = false;
    try {
      const { host } = this.dependencies;
      const [selection, { task }, traits] = await Promise.all([
        host.call('getSelection', {}),
        host.call('getStartTask', {}),
        host.call('describeHost', {}),
      ]);
      this.traits.value = traits;
      const isFirst = !this.isTaskKnown;
      this.isTaskKnown = true;
      // The ordinary task gives way to what the user was at when the page was thrown away.
      if (isFirst && task === 'everything') this.task.value = task;
      if (isFirst && task === 'batch') return void (this.selection.value = selection);
      if (isFirst && task === 'edit') return await this.editCutout(selection);
      // An event that overtook the answer is newer than it.
      if (!this.hasHeardSelection) this.follow(selection);
    } catch (thrown) {
      this.selectionError.value = toTinyCutError(thrown);
    }
  }

  /**
   * Opens an image; the prompts come back when it was open before.
   * @param kept a result of that image to go on with, by the prompts that it was made of
   */
  open(layer: ImageLayer, kept?: KeptCutout): void {
    const current = this.session.peek();
    if (current && isSameSource(current.layer.source, layer.source)) return;
    batch(() => {
      if (current) this.park(current);
      this.keptAtEntry.value = null;
      const key = keyOf(layer.source);
      const parked = kept ? undefined : this.parked.get(key);
      this.session.value = new ImageSession(this.dependencies, layer, this, parked, kept);
      this.parked.delete(key);
    });
  }

  /** Reads the selection and the image again, after the layer's image was replaced. */
  async reopen(): Promise<void> {
    const current = this.session.peek();
    if (current) this.park(current);
    this.session.value = null;
    await this.start();
  }

  /** What an image comes with when it is opened. */
  remember(sourceKey: string, work: ParkedWork): void {
    this.parked.set(sourceKey, work);
  }

  /** @throws TinyCutError `mask-empty` */
  async traceMask(): Promise<{ imageSizePx: Size; paths: ImagePath[] }> {
    const session = this.session.peek();
    if (!session) throw new TinyCutError('mask-empty', strings.apply.noMask);
    return session.traceMask(this.outlineDetail.peek(), this.edgeOfResults());
  }

  async apply(kind: OutputKind): Promise<void> {
    const session = this.session.peek();
    if (!session?.canApply.peek()) return;
    this.lastKind.value = kind;
    const applied = session.apply(kind, this.outlineDetail.peek(), this.edgeOfResults());
    await this.settleResult(session, applied);
  }

  resetEdge(): void {
    batch(() => {
      this.edge.value = DEFAULT_EDGE;
      this.isEdgeFitted.value = true;
      this.outlineDetail.value = EDITABLE_DETAIL;
    });
  }

  /** Null for the mask's own. */
  private edgeOfResults(): EdgeSettings | null {
    return this.isEdgeFitted.peek() ? this.edge.peek() : null;
  }

  async split(): Promise<void> {
    const session = this.session.peek();
    if (session)
      await this.settleResult(session, session.split(this.lastKind.peek(), this.outlineDetail.peek()));
  }

  /** Goes on as if the window had been opened for the first of the images that failed, else the first of all. */
  endRemoval(): void {
    const state = this.removal.state.peek();
    const [failure] = 'failures' in state ? state.failures : [];
    this.removal.settle();
    const first = failure?.layer ?? this.removalLayers[0];
    if (first) this.open(first);
  }

  /** Goes on with the result that is selected; when that cannot be, with what is selected as ever. */
  private async editCutout(selection: Selection): Promise<void> {
    const { host } = this.dependencies;
    try {
      const kept = await host.call('readCutout', {});
      batch(() => {
        this.selection.value = selection;
        this.lastKind.value = kept.recipe.kind;
        this.outlineDetail.value = kept.recipe.outlineDetail;
        this.isEdgeFitted.value = kept.recipe.edge !== undefined;
        this.edge.value = kept.recipe.edge ?? DEFAULT_EDGE;
        this.ownResults.recognise(kept.nodeIds);
        this.open(kept.layer, kept);
      });
    } catch (thrown) {
      const { message } = toTinyCutError(thrown);
      if (!this.hasHeardSelection) this.follow(selection);
      this.notify(message, true);
    }
  }

  /**
   * For a host that shows itself how far it is and how it ended.
   * @throws TinyCutError `bad-argument`
   */
  async removeBackgrounds(
    { layers, repeated }: Params<UiContract, 'removeBackgrounds'>,
    { signal, progress }: HandlerContext<Progress<UiContract, 'removeBackgrounds'>>,
  ): Promise<Result<UiContract, 'removeBackgrounds'>> {
    if (this.removal.isRunning)
      throw new TinyCutError(
        'bad-argument',
        'Backgrounds are being removed already. Wait until that is done.',
      );
    this.removalLayers = layers;
    const cancel = () => this.removal.cancel();
    signal.addEventListener('abort', cancel);
    const stopFollowing = this.removal.state.subscribe((state) => {
      if (state.phase !== 'running') return;
      const { doneCount, layerName, fraction } = state;
      progress({ doneCount, layerName, fraction });
    });
    await this.removal.run(layers, repeated);
    stopFollowing();
    signal.removeEventListener('abort', cancel);
    const state = this.removal.state.peek();
    const { failures, substituteCount } = 'failures' in state ? state : { failures: [], substituteCount: 0 };
    return {
      isCancelled: state.phase === 'cancelled',
      substituteCount,
      failures: failures.map(({ layer, message }) => ({ layerName: layer.name, message })),
    };
  }

  private async settleResult(
    session: ImageSession,
    result: Promise<readonly string[] | null>,
  ): Promise<void> {
    const nodeIds = await result;
    if (nodeIds) this.ownResults.add(nodeIds);
    if (this.session.peek() !== session) this.tellOutcome(session);
  }

  private follow(selection: Selection): void {
    // While the host places, the selection that it makes may come before its answer.
    const isPlacing = this.session.peek()?.applying.state.peek().phase === 'placing';
    if (this.removal.isRunning) return;
    if (isPlacing || this.ownResults.isEchoOfPlacing(selection)) return;
    batch(() => {
      this.selection.value = selection;
      const current = this.session.peek();
      const [first] = selection.images;
      const isStillSelected =
        current !== null && selection.images.some(({ source }) => isSameSource(source, current.layer.source));
      this.keptAtEntry.value = current && !first ? current.segmenting.entry.peek() : null;
      if (isStillSelected) current.forgetMissingLayer();
      // Who selects the photo itself wants another cutout of it.
      const isResultSelected = selection.images.some(({ source }) => this.ownResults.has(source.layerId));
      if (isStillSelected && !isResultSelected) current.leaveEdited();
      const isOnlyOffered = current !== null && this.ownResults.isAllOf(selection);
      if (first && !isStillSelected && !isOnlyOffered) {
        this.removal.settle();
        this.open(first);
      }
    });
  }

  /** For a result whose image is no longer at work, so that no panel shows how it ended. */
  private tellOutcome({ applying, layer }: ImageSession): void {
    const state = applying.state.peek();
    if (state.phase !== 'done' && state.phase !== 'failed') return;
    const isError = state.phase === 'failed';
    const message = isError
      ? state.error.message
      : strings.apply.done[this.traits.peek().resultsAre](state.kind, layer.name);
    this.notify(message, isError);
  }

  /** A word beside the window, which may be showing something else. */
  private notify(message: string, isError = false): void {
    this.dependencies.host.call('notify', { message: message.slice(0, 300), isError }).catch(() => undefined);
  }

  private park(session: ImageSession): void {
    const edited = session.edited.peek();
    this.parked.set(keyOf(session.layer.source), { prompts: session.dispose(), edited });
    for (const key of this.parked.keys()) {
      if (this.parked.size <= MAX_PARKED) break;
      this.parked.delete(key);
    }
  }
}
