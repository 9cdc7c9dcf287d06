/**
 * IoU of what two answers of the decoder have inside (logit > 0), for each mask token.
 * @param a logits of each token's mask, as `b`
 * @returns 0..1 each; 1 where both are empty
 */
export function maskIous(a: readonly Float32Array[], b: readonly Float32Array[]): number[] {
  return a.map((ofA, token) => {
    const ofB = b[token]!;
    let [common, either] = [0, 0];
    for (let i = 0; i < ofA.length; i++) {
      const [insideA, insideB] = [ofA[i]! > 0, ofB[i]! > 0];
      if (insideA && insideB) common++;
      if (insideA || insideB) either++;
    }
    return either === 0 ? 1 : common / either;
  });
}
