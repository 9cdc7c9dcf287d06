/**
 * IoU of two masks, one bit per pixel.
 * @param a in base64
 * @param b in base64, of the same size
 * @returns 0..1; 0 when either mask is empty or their sizes differ
 */
export function maskAgreement(a: string, b: string): number {
  const bytesA = Buffer.from(a, 'base64');
  const bytesB = Buffer.from(b, 'base64');
  if (bytesA.length !== bytesB.length) return 0;
  let common = 0;
  let either = 0;
  bytesA.forEach((byte, i) => {
    common += bitCount(byte & bytesB[i]!);
    either += bitCount(byte | bytesB[i]!);
  });
  return either === 0 ? 0 : common / either;
}

function bitCount(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return count;
}
