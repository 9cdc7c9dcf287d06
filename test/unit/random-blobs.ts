import fc from 'fast-check';

/** Logits [256 x 256] of overlapping soft bumps and dents, some of them off the grid or in the padding. */
export const randomBlobs: fc.Arbitrary<Float32Array> = fc
  .array(
    fc.record({
      x: fc.double({ min: -20, max: 276, noNaN: true }),
      y: fc.double({ min: -20, max: 200, noNaN: true }),
      radius: fc.double({ min: 4, max: 60, noNaN: true }),
      height: fc.double({ min: -15, max: 20, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((bumps) =>
    Float32Array.from({ length: 65536 }, (_, i) => {
      const [x, y] = [i % 256, Math.floor(i / 256)];
      return bumps.reduce(
        (sum, b) => sum + b.height * Math.exp(-((x - b.x) ** 2 + (y - b.y) ** 2) / b.radius ** 2),
        -4,
      );
    }),
  );
