import fc from 'fast-check';

interface Bump {
  x: number;
  y: number;
  radius: number;
  height: number;
}

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A bump in the middle and bumps and dents anywhere, some off the image or in its padding; in logit cells. */
export const randomBlobs: fc.Arbitrary<Bump[]> = fc
  .tuple(
    fc.record({ x: within(80, 170), y: within(60, 130), radius: within(20, 60), height: within(6, 20) }),
    fc.array(
      fc.record({ x: within(-20, 276), y: within(-20, 220), radius: within(4, 60), height: within(-15, 20) }),
      { maxLength: 8 },
    ),
  )
  .map(([middle, others]) => [middle, ...others]);

/** Logits [256 x 256]: the sum of the bumps on a ground of -4. */
export function blobLogits(bumps: readonly Bump[]): Float32Array {
  return Float32Array.from({ length: 65536 }, (_, i) => {
    const [x, y] = [i % 256, Math.floor(i / 256)];
    return bumps.reduce(
      (sum, b) => sum + b.height * Math.exp(-((x - b.x) ** 2 + (y - b.y) ** 2) / b.radius ** 2),
      -4,
    );
  });
}
