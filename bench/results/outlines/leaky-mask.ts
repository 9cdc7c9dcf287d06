import { removeSpecks } from '../../../src/inference/mask/remove-specks.ts';
import { traceMask } from '../../../src/inference/trace/trace-mask.ts';
import { LOGITS_SIDE } from '../../../src/shared/engine-contract.ts';

const RADIUS_CELLS = 75;
const SPECK_SHARE = 0.12;
const SIDE_PX = 1024;

/** A disc of which every eighth cell or so is on the wrong side, cleaned and traced as the plugin does. */
export function traceLeakyMask(): { nodeCount: number; ms: number } {
  let seed = 1;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const logits = Float32Array.from({ length: LOGITS_SIDE ** 2 }, (_, i) => {
    const [x, y] = [(i % LOGITS_SIDE) + 0.5, Math.floor(i / LOGITS_SIDE) + 0.5];
    const logit = RADIUS_CELLS - Math.hypot(x - LOGITS_SIDE / 2, y - LOGITS_SIDE / 2);
    return random() < SPECK_SHARE ? -logit : logit;
  });
  const size = { width: SIDE_PX, height: SIDE_PX };
  const startedAt = performance.now();
  const cleaned = removeSpecks(logits, { width: LOGITS_SIDE, height: LOGITS_SIDE });
  const geometry = { imageSizePx: size, modelSizePx: size };
  const { nodeCount } = traceMask(cleaned, geometry, null, { detail: 0.5 });
  return { nodeCount, ms: performance.now() - startedAt };
}
