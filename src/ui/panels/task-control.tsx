import type { Task } from '../session/task.ts';
import type { Workspace } from '../session/workspace.ts';
import { strings } from '../strings.ts';
import { Segmented, segmentsOf } from './segmented.tsx';

const TASKS: readonly Task[] = ['object', 'everything'];

/** One object, or the image as layers. */
export function TaskControl({ workspace }: { workspace: Workspace }) {
  return (
    <Segmented
      label={strings.task.label}
      id="task"
      segments={segmentsOf(TASKS, strings.task)}
      value={workspace.task.value}
      onChoose={(task) => (workspace.task.value = task)}
    />
  );
}
