import type { ImageLayer } from '../../shared/host-contract.ts';
import { isSameSource, keyOf } from '../session/source-key.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Thumbnail } from './thumbnail.tsx';

/** The images of the selection, to pick the one to work on. Only where there is another one than that at work. */
export function ImageStrip({ workspace }: { workspace: Workspace }) {
  const selection = workspace.selection.value;
  const current = workspace.session.value;
  const isCurrent = (layer: ImageLayer) =>
    current !== null && isSameSource(layer.source, current.layer.source);
  if (!selection || selection.images.every(isCurrent)) return null;
  return (
    <nav class="strip" aria-label={strings.images.label}>
      {selection.images.map((layer) => (
        <button
          key={keyOf(layer.source)}
          type="button"
          class="strip-item"
          aria-pressed={isCurrent(layer)}
          onClick={() => workspace.open(layer)}
        >
          <Thumbnail picture={isCurrent(layer) ? (current?.picture.value ?? null) : null} />
          <span class="strip-name">{layer.name}</span>
        </button>
      ))}
      {selection.omittedCount > 0 && (
        <span class="strip-omitted">{strings.images.omitted(selection.omittedCount)}</span>
      )}
    </nav>
  );
}
