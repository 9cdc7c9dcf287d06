import { unitedRect, type Rect } from '../../shared/affine.ts';
import type { Arrangement } from '../../shared/engine-contract.ts';

/** Which layers are wanted and which become one, whatever the level of detail: layers keep their ids. */
export interface LayerChoice {
  /** Whether layers are chosen that nobody has touched. */
  readonly isChosenByDefault: boolean;
  readonly exceptions: ReadonlySet<number>;
  /** Ids of layers that become one; no id twice. */
  readonly merges: readonly (readonly number[])[];
}

/** One layer as the user sees it: one of the engine's, or several merged. */
export interface ShownLayer {
  /** Largest first. The first names the layer. */
  readonly ids: readonly number[];
  /** Labels in the arrangement's map. */
  readonly labels: readonly number[];
  readonly imageRect: Rect;
  readonly areaFraction: number;
}

export interface ShownLayers {
  /** From back to front. */
  readonly layers: readonly ShownLayer[];
  /** Per label of the map an index into `layers`; -1 for the background. */
  readonly layerOfLabel: Int16Array;
  readonly arrangement: Arrangement;
}

export const EVERYTHING_CHOSEN: LayerChoice = {
  isChosenByDefault: true,
  exceptions: new Set(),
  merges: [],
};

export function isChosen({ isChosenByDefault, exceptions }: LayerChoice, { ids }: ShownLayer): boolean {
  return exceptions.has(ids[0]!) !== isChosenByDefault;
}

export function chooseAll(choice: LayerChoice, isChosenByDefault: boolean): LayerChoice {
  return { ...choice, isChosenByDefault, exceptions: new Set() };
}

/** Only these; others that a finer level brings are left out, too. */
export function chooseOnly(choice: LayerChoice, layers: readonly ShownLayer[]): LayerChoice {
  return {
    ...choice,
    isChosenByDefault: false,
    exceptions: new Set(layers.flatMap(({ ids }) => ids)),
  };
}

export function toggle(choice: LayerChoice, layer: ShownLayer): LayerChoice {
  return withChosen(choice, layer.ids, !isChosen(choice, layer));
}

/** Makes one layer of two, chosen as the first of them is. */
export function merge(choice: LayerChoice, into: ShownLayer, layer: ShownLayer): LayerChoice {
  const ids = [...into.ids, ...layer.ids];
  const merges = [...choice.merges.filter((merged) => !merged.some((id) => ids.includes(id))), ids];
  return withChosen({ ...choice, merges }, ids, isChosen(choice, into));
}

/** Takes a merged layer apart. */
export function unmerge(choice: LayerChoice, layer: ShownLayer): LayerChoice {
  return {
    ...choice,
    merges: choice.merges.filter((merged) => !merged.some((id) => layer.ids.includes(id))),
  };
}

function withChosen(choice: LayerChoice, ids: readonly number[], isOn: boolean): LayerChoice {
  const exceptions = new Set(choice.exceptions);
  for (const id of ids) {
    if (isOn === choice.isChosenByDefault) exceptions.delete(id);
    else exceptions.add(id);
  }
  return { ...choice, exceptions };
}

export function showLayers(arrangement: Arrangement, merges: LayerChoice['merges']): ShownLayers {
  const mergeOf = new Map(merges.flatMap((ids) => ids.map((id) => [id, ids] as const)));
  const layers: ShownLayer[] = [];
  const indexOfMerge = new Map<readonly number[], number>();
  const layerOfLabel = new Int16Array(arrangement.layers.length + 1).fill(-1);
  for (const [i, { id, imageRect, areaFraction }] of arrangement.layers.entries()) {
    const label = i + 1;
    const merged = mergeOf.get(id);
    const index = (merged && indexOfMerge.get(merged)) ?? layers.length;
    if (merged) indexOfMerge.set(merged, index);
    const before = layers[index];
    layers[index] = {
      ids: [...(before?.ids ?? []), id],
      labels: [...(before?.labels ?? []), label],
      imageRect: before ? unitedRect([before.imageRect, imageRect]) : imageRect,
      areaFraction: (before?.areaFraction ?? 0) + areaFraction,
    };
    layerOfLabel[label] = index;
  }
  return { layers, layerOfLabel, arrangement };
}
