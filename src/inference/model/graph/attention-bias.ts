/**
 * Index into a window attention's bias table for each pair of tokens, [window^2, window^2] row-major: the bias
 * depends on the pair's absolute offset, `|rows| * window + |columns|` (the order in which TinyViT's
 * `attention_offsets` dictionary meets them).
 */
export function attentionBiasIndex(window: number): Int32Array {
  const tokens = window * window;
  const index = new Int32Array(tokens * tokens);
  for (let from = 0; from < tokens; from++) {
    for (let to = 0; to < tokens; to++) {
      const rowOffset = Math.abs(Math.floor(from / window) - Math.floor(to / window));
      const columnOffset = Math.abs((from % window) - (to % window));
      index[from * tokens + to] = rowOffset * window + columnOffset;
    }
  }
  return index;
}
