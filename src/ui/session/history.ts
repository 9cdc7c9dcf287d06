/** Undo and redo over immutable states. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
}

/** Steps back that are kept; the oldest fall off. */
export const MAX_UNDO_STEPS = 50;

export function startHistory<T>(present: T): History<T> {
  return { past: [], present, future: [] };
}

/** A new step; what was undone before is gone. */
export function push<T>(history: History<T>, next: T): History<T> {
  return { past: [...history.past, history.present].slice(-MAX_UNDO_STEPS), present: next, future: [] };
}

/** Changes the present without a step of its own. */
export function replacePresent<T>(history: History<T>, present: T): History<T> {
  return { ...history, present };
}

/** The same history when there is nothing to undo. */
export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: previous,
    future: [history.present, ...history.future],
  };
}

/** The same history when there is nothing to redo. */
export function redo<T>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}
