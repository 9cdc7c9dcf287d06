import fc from 'fast-check';
import { expect, it } from 'vitest';
import { share } from '../../src/ui/panels/expected-fraction.ts';

it('always goes on and never arrives, whatever time was expected', () => {
  const ms = fc.integer({ min: 1, max: 60_000 });
  fc.assert(
    fc.property(
      ms,
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 1, max: 20 }),
      (expected, times, step) => {
        const earlier = share(expected * times, expected);
        const later = share(expected * (times + step / 20), expected);
        expect(later).toBeGreaterThan(earlier);
        expect(later).toBeLessThan(1);
      },
    ),
  );
  expect(share(0, 4000)).toBe(0);
});
