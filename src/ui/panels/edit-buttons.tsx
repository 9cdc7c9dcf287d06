import { keyNames } from '../platform.ts';
import type { Segmenting } from '../session/segmenting.ts';
import { strings } from '../strings.ts';
import { IconButton } from './icon-button.tsx';
import { icons } from './icons.tsx';

export function EditButtons({ segmenting }: { segmenting: Segmenting }) {
  return (
    <div class="edit-buttons" role="group" aria-label={strings.edit.label}>
      <IconButton
        name={strings.edit.undo}
        keyName={keyNames.undo}
        isDisabled={!segmenting.canUndo.value}
        onPress={() => segmenting.undo()}
      >
        {icons.undo}
      </IconButton>
      <IconButton
        name={strings.edit.redo}
        keyName={keyNames.redo}
        isDisabled={!segmenting.canRedo.value}
        tipSide="end"
        onPress={() => segmenting.redo()}
      >
        {icons.redo}
      </IconButton>
      <IconButton
        name={strings.edit.clear}
        keyName="Esc"
        isDisabled={segmenting.isPromptEmpty.value}
        tipSide="end"
        onPress={() => segmenting.clear()}
      >
        {icons.clear}
      </IconButton>
    </div>
  );
}
