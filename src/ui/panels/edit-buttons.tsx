import type { ReadonlySignal } from '@preact/signals';
import { keyNames } from '../platform.ts';
import { strings } from '../strings.ts';
import { IconButton } from './icon-button.tsx';
import { icons } from './icons.tsx';

/** What has an undo history of its own. */
interface Edited {
  readonly canUndo: ReadonlySignal<boolean>;
  readonly canRedo: ReadonlySignal<boolean>;
  readonly canClear: ReadonlySignal<boolean>;
  undo(): void;
  redo(): void;
  clear(): void;
}

export function EditButtons({ edited, clearName }: { edited: Edited; clearName: string }) {
  return (
    <div class="edit-buttons" role="group" aria-label={strings.edit.label}>
      <IconButton
        name={strings.edit.undo}
        keyName={keyNames.undo}
        isDisabled={!edited.canUndo.value}
        onPress={() => edited.undo()}
      >
        {icons.undo}
      </IconButton>
      <IconButton
        name={strings.edit.redo}
        keyName={keyNames.redo}
        isDisabled={!edited.canRedo.value}
        onPress={() => edited.redo()}
      >
        {icons.redo}
      </IconButton>
      <IconButton
        name={clearName}
        keyName="Esc"
        isDisabled={!edited.canClear.value}
        onPress={() => edited.clear()}
      >
        {icons.clear}
      </IconButton>
    </div>
  );
}
