import { isChosen, type ShownLayer } from '../session/layer-choice.ts';
import type { ImageSession } from '../session/image-session.ts';
import { strings } from '../strings.ts';
import { LayerThumbnail } from './layer-thumbnail.tsx';

/** The layers side by side, largest first. A click chooses or leaves out, with Shift it merges, as on the canvas. */
export function LayerList({ session }: { session: ImageSession }) {
  const { splitting } = session;
  const shown = splitting.shown.value;
  const picture = session.picture.value;
  const mergeInto = splitting.layerById(splitting.mergeIntoId.value);
  const hovered = splitting.layerById(splitting.hoveredId.value);
  if (!shown || !picture) return <div class="layer-list" />;
  const outline = (layer: ShownLayer | null) => (splitting.hoveredId.value = layer?.ids[0] ?? null);
  return (
    <div class="layer-list" role="group" aria-label={strings.layers.label}>
      {shown.layers.map((layer, i) => {
        const name = nameOf(layer, i);
        return (
          <button
            key={layer.ids[0]}
            type="button"
            class={`layer-item ${layer === hovered ? 'is-hovered' : ''} ${layer === mergeInto ? 'is-merging' : ''}`}
            aria-pressed={isChosen(splitting.choice.value, layer)}
            aria-label={strings.layers.itemName(name, layer.areaFraction)}
            title={name}
            disabled={!splitting.isReady.value}
            onClick={(event) => (event.shiftKey ? splitting.mergeNext(layer) : splitting.toggle(layer))}
            onPointerEnter={() => outline(layer)}
            onPointerLeave={() => outline(null)}
            onFocus={() => outline(layer)}
            onBlur={() => outline(null)}
          >
            <LayerThumbnail
              picture={picture}
              shown={shown}
              layer={layer}
              modelSizePx={session.modelSizePx.value}
            />
          </button>
        );
      })}
    </div>
  );
}

export function nameOf(layer: ShownLayer, index: number): string {
  const name = strings.layers.name(index + 1);
  return layer.ids.length > 1 ? strings.layers.mergedName(name, layer.ids.length) : name;
}
