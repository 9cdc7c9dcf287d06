import type { NodeRecord } from '../../test/host/document/node-record.ts';
import type { Workbench } from '../workbench.ts';
import { layerIcons } from './layer-icons.tsx';

function iconOf({ type, isMask, fills }: NodeRecord) {
  if (isMask) return layerIcons.mask;
  if (fills !== 'mixed' && fills.some((fill) => fill.type === 'IMAGE')) return layerIcons.image;
  if (type === 'VECTOR') return layerIcons.vector;
  return type === 'RECTANGLE' ? layerIcons.shape : layerIcons.group;
}

/** The current page's layers, topmost first, as Figma lists them. */
export function Layers({ workbench }: { workbench: Workbench }) {
  const { document } = workbench;
  // Read so that a change of the document lists the layers anew.
  void workbench.revision.value;
  const page = document.require(document.currentPageId);
  return (
    <nav class="layers" aria-label="Layers">
      <h2>Layers</h2>
      <ul>
        {[...page.childIds].reverse().map((id) => (
          <Layer key={id} workbench={workbench} id={id} depth={0} />
        ))}
      </ul>
      {page.childIds.length === 0 && <p class="hint">The page is empty. Drop a photo on the canvas.</p>}
    </nav>
  );
}

function Layer({ workbench, id, depth }: { workbench: Workbench; id: string; depth: number }) {
  const { document } = workbench;
  const node = document.require(id);
  const selected = document.selection();
  const isSelected = selected.includes(id);
  const choose = (event: MouseEvent) => {
    const others = selected.filter((other) => other !== id);
    workbench.select(!event.shiftKey ? [id] : isSelected ? others : [...selected, id]);
  };
  return (
    <li>
      <div class={`layer ${isSelected ? 'is-selected' : ''} ${node.visible ? '' : 'is-hidden'}`}>
        <button
          type="button"
          class="layer-name"
          style={{ paddingLeft: `${12 + depth * 16}px` }}
          aria-pressed={isSelected}
          onClick={choose}
        >
          {iconOf(node)}
          {node.name}
        </button>
        <button
          type="button"
          class="layer-eye"
          aria-label={`${node.visible ? 'Hide' : 'Show'} ${node.name}`}
          onClick={() => workbench.edit(() => document.update(id, { visible: !node.visible }))}
        >
          {node.visible ? layerIcons.shown : layerIcons.hidden}
        </button>
      </div>
      {node.childIds.length > 0 && (
        <ul>
          {[...node.childIds].reverse().map((childId) => (
            <Layer key={childId} workbench={workbench} id={childId} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}
