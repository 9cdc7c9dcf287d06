import type { Size } from '../../shared/affine.ts';
import { layerFields, type LayerFields } from './layer-fields.ts';
import { stackRegions } from './stack-regions.ts';
import type { NestedRegion } from './nest-regions.ts';

/** One layer to make: a single region, several that become one, or the background. */
export interface LayerGroup<Part> {
  /** Index into the groups asked for; null for the background. */
  groupIndex: number | null;
  /** Of its layers, from front to back; at least one. */
  parts: Part[];
  /** Of the parts, in `labels`. */
  ownLabels: number[];
  /** [256 x 256], of the stack that it is of. */
  labels: Uint8Array;
}

/**
 * Stacks the regions of some groups and walks through them from front to back, the background last. What no group
 * covers is background. A group is passed over when others cover it entirely.
 * @param nested as `nestRegions` gives them
 * @param groups ids of regions; no id twice
 * @param partOf called for each layer of the stack, from front to back; a group is there when its last part is made
 */
export function* groupLayers<Part>(
  nested: readonly NestedRegion[],
  groups: readonly (readonly number[])[],
  sizeCells: Size,
  partOf: (fields: LayerFields, labels: Uint8Array) => Part,
): Generator<LayerGroup<Part>> {
  const groupOf = new Map(groups.flatMap((ids, groupIndex) => ids.map((id) => [id, groupIndex] as const)));
  const stack = stackRegions(
    nested.filter(({ id }) => groupOf.has(id)),
    sizeCells,
  );
  const { labels } = stack;
  const waiting = groups.map(() => ({ count: 0, parts: [] as Part[], ownLabels: [] as number[] }));
  for (const { id } of stack.regions) waiting[groupOf.get(id)!]!.count++;
  for (const fields of layerFields(stack, sizeCells)) {
    const region = stack.regions[fields.label - 1];
    if (!region) {
      if (stack.ownedCells[0]! > 0) {
        yield { labels, groupIndex: null, parts: [partOf(fields, labels)], ownLabels: [0] };
      }
      continue;
    }
    const groupIndex = groupOf.get(region.id)!;
    const { parts, ownLabels, count } = waiting[groupIndex]!;
    parts.push(partOf(fields, labels));
    ownLabels.push(fields.label);
    if (parts.length === count) yield { labels, groupIndex, parts: parts.splice(0), ownLabels };
  }
}
