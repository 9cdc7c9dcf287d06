import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_UNDO_STEPS,
  push,
  redo,
  replacePresent,
  startHistory,
  undo,
} from '../../src/ui/session/history.ts';

describe('undo history', () => {
  it('walks as a cursor over a list of states would', () => {
    const step = fc.oneof(
      fc.integer().map((value) => ({ kind: 'push' as const, value })),
      fc.constant({ kind: 'undo' as const }),
      fc.constant({ kind: 'redo' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: MAX_UNDO_STEPS }), (steps) => {
        let history = startHistory(0);
        let states = [0];
        let cursor = 0;
        for (const each of steps) {
          if (each.kind === 'push') {
            history = push(history, each.value);
            states = [...states.slice(0, cursor + 1), each.value];
            cursor++;
          } else if (each.kind === 'undo') {
            history = undo(history);
            cursor = Math.max(0, cursor - 1);
          } else {
            history = redo(history);
            cursor = Math.min(states.length - 1, cursor + 1);
          }
          expect(history.present).toBe(states[cursor]);
        }
      }),
    );
  });

  it('forgets the oldest steps beyond its limit', () => {
    let history = startHistory(0);
    for (let i = 1; i <= MAX_UNDO_STEPS + 10; i++) history = push(history, i);
    for (let i = 0; i < MAX_UNDO_STEPS + 10; i++) history = undo(history);
    expect(history.present).toBe(10);
  });

  it('changes the present without a step', () => {
    const history = undo(replacePresent(push(startHistory('a'), 'b'), 'c'));
    expect(history.present).toBe('a');
    expect(redo(history).present).toBe('c');
  });
});
