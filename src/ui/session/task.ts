import type { StartTask } from '../../shared/host-contract.ts';

/** What the window is used for: one object, or the whole image as layers. */
export type Task = Exclude<StartTask, 'subject'>;
