import type { Size } from '../../shared/affine.ts';
import { layerFields, type LayerFields } from './layer-fields.ts';
import { stackRegions } from './stack-regions.ts';
import type { NestedRegion } from './nest-regions.ts';

/** One layer to make: a single region, several that become one, or the background. */
export interface LayerGroup {
  /** Index into the groups asked for; null for the background. */
  groupIndex: number | null;
  /** At least one. */
  members: LayerFields[];
  /** [256 x 256], of the stack that the members are layers of. */
  labels: Uint8Array;
}

/**
 * Stacks the regions of some groups and walks through the groups from front to back, the background last. What no group
 * covers is background. A group is passed over when others cover it entirely.
 * @param nested as `nestRegions` gives them
 * @param groups ids of regions; no id twice
 */
export function* groupLayers(
  nested: readonly NestedRegion[],
  groups: readonly (readonly number[])[],
  sizeCells: Size,
): Generator<LayerGroup> {
  const groupOf = new Map(groups.flatMap((ids, groupIndex) => ids.map((id) => [id, groupIndex] as const)));
  const stack = stackRegions(
    nested.filter(({ id }) => groupOf.has(id)),
    sizeCells,
  );
  const { labels } = stack;
  const waiting = groups.map(() => ({ count: 0, members: [] as LayerFields[] }));
  for (const { id } of stack.regions) waiting[groupOf.get(id)!]!.count++;
  for (const fields of layerFields(stack, sizeCells)) {
    const region = stack.regions[fields.label - 1];
    if (!region) {
      if (stack.ownedCells[0]! > 0) yield { labels, groupIndex: null, members: [fields] };
      continue;
    }
    const groupIndex = groupOf.get(region.id)!;
    const { members, count } = waiting[groupIndex]!;
    members.push(fields);
    if (members.length === count) yield { labels, groupIndex, members: members.splice(0) };
  }
}
