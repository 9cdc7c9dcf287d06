import { describe, expect, it } from 'vitest';
import { boundsOf } from '../../src/inference/mask/bit-mask.ts';
import { maskIou, type GroundTruth } from '../../bench/quality/mask-iou.ts';
import { nextClick } from '../../bench/quality/next-click.ts';

/** Rows of `#` (1) and `.` (0), and `?` for what is ignored. */
function picture(...rows: string[]) {
  const cells = [...rows.join('')];
  const inside = Uint8Array.from(cells, (cell) => (cell === '#' ? 1 : 0));
  const ignored = cells.includes('?') ? Uint8Array.from(cells, (cell) => (cell === '?' ? 1 : 0)) : null;
  const truth: GroundTruth = { inside, ignored };
  return { truth, mask: inside, sizePx: { width: rows[0]!.length, height: rows.length } };
}

describe('maskIou', () => {
  it('is the common part over the part of either, without what is ignored', () => {
    const { truth } = picture('##..', '##??', '....');
    const { mask } = picture('.##.', '.###', '....');
    expect(maskIou({ ...truth, ignored: null }, mask)).toBe(2 / 7);
    expect(maskIou(truth, mask)).toBe(2 / 5);
  });

  it('is 1 for two empty masks and 0 for two apart', () => {
    const empty = picture('....');
    expect(maskIou(empty.truth, empty.mask)).toBe(1);
    expect(maskIou(picture('#...').truth, picture('...#').mask)).toBe(0);
  });
});

describe('boundsOf', () => {
  it('is tight, and null for an empty mask', () => {
    const { mask, sizePx } = picture('.....', '..#..', '.#.#.');
    expect(boundsOf(mask, sizePx)).toEqual({ x: 1, y: 1, width: 3, height: 2 });
    expect(boundsOf(new Uint8Array(15), sizePx)).toBeNull();
  });
});

describe('nextClick', () => {
  it('begins in the middle of the object, at a pixel centre', () => {
    const { truth, sizePx } = picture('.....', '.###.', '.###.', '.####');
    expect(nextClick(truth, null, sizePx, new Set())).toEqual({ x: 2.5, y: 2.5, label: 1 });
  });

  it('clicks on what is missing or off what is too much, whichever is thicker', () => {
    const { truth, sizePx } = picture('###......', '###......', '###......', '.........');
    const tooMuch = picture('###.#####', '###.#####', '###.#####', '....#####').mask;
    expect(nextClick(truth, tooMuch, sizePx, new Set()).label).toBe(0);
    const missing = picture('......#..', '......#..', '.........', '.........').mask;
    expect(nextClick(truth, missing, sizePx, new Set())).toEqual({ x: 1.5, y: 1.5, label: 1 });
  });

  it('passes over what is ignored and what has been clicked', () => {
    const { truth, sizePx } = picture('?????', '?###?', '?????');
    const everything = new Uint8Array(15).fill(1);
    const clicked = new Set<number>();
    const clicks = [1, 2, 3].map(() => nextClick(truth, null, sizePx, clicked));
    expect(clicks.map(({ x }) => x).sort()).toEqual([1.5, 2.5, 3.5]);
    expect(maskIou(truth, everything)).toBe(1);
  });
});
