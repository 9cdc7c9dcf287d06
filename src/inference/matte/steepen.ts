/**
 * Farther from the middle, rounded.
 * @param alpha 0..255
 * @returns 0..255
 */
export function steepenedByte(alpha: number, steepness: number): number {
  return Math.min(Math.max(Math.round((alpha - 127.5) * steepness + 127.5), 0), 255);
}
