/**
 * Value at the saddle point of the bilinear surface over a cell with the corners a, b, c, d in order around it. When
 * a and c lie on one side of 0 and b and d on the other, a value > 0 says that the positive two are connected through
 * the cell, else the negative two are (asymptotic decider, Nielson & Hamann, Visualization 1991).
 */
export function saddleLogit(a: number, b: number, c: number, d: number): number {
  return (a * c - b * d) / (a + c - b - d);
}
