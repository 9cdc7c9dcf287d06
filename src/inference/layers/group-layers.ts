import type { Size } from '../../shared/affine.ts';
import { layerFields, type LayerFields } from './layer-fields.ts';
import { stackRegions, type LayerStack } from './stack-regions.ts';
import type { NestedRegion } from './nest-regions.ts';

/** One layer to make: a single region, several that become one, or the background. */
export interface LayerGroup {
  /** Index into the groups asked for; null for the background. */
  groupIndex: number | null;
  /** At least one. */
  members: LayerFields[];
}

/**
 * Stacks the regions of some groups and walks through the groups from front to back, the background last. What no group
 * covers is background. A group is passed over when others cover it entirely.
 * @param nested as `nestRegions` gives them
 * @param groups ids of regions; no id twice
 * @throws RangeError for an id that is not there, or there twice
 */
export function* groupLayers(
  nested: readonly NestedRegion[],
  groups: readonly (readonly number[])[],
  sizeCells: Size,
): Generator<LayerGroup & { stack: LayerStack }> {
  const groupOf = new Map(groups.flatMap((ids, groupIndex) => ids.map((id) => [id, groupIndex] as const)));
  const chosen = nested.filter(({ id }) => groupOf.has(id));
  if (chosen.length < groups.flat().length) throw new RangeError('A layer is named twice, or there is none.');

  const stack = stackRegions(chosen, sizeCells);
  const waiting = groups.map(() => ({ count: 0, members: [] as LayerFields[] }));
  for (const { id } of stack.regions) waiting[groupOf.get(id)!]!.count++;
  for (const fields of layerFields(stack, sizeCells)) {
    const region = stack.regions[fields.label - 1];
    if (!region) {
      if (stack.ownedCells[0]! > 0) yield { stack, groupIndex: null, members: [fields] };
      continue;
    }
    const groupIndex = groupOf.get(region.id)!;
    const { members, count } = waiting[groupIndex]!;
    members.push(fields);
    if (members.length === count) yield { stack, groupIndex, members: members.splice(0) };
  }
}
