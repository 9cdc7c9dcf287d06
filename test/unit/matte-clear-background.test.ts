import { describe, expect, it } from 'vitest';
import { clearBackground } from '../../src/inference/matte/clear-background.ts';

const WIDTH = 320;
const HEIGHT = 300;
const imageRect = { x: 0, y: 0, width: WIDTH, height: HEIGHT };

/** A disc with an edge of 12 px whose colour changes slowly, over stripes. */
function composite() {
  const alpha = new Uint8Array(WIDTH * HEIGHT);
  const foreground = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  const data = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  for (let i = 0; i < alpha.length; i++) {
    const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
    const share = Math.min(Math.max((90 - Math.hypot(x - 160, y - 150)) / 12 + 0.5, 0), 1);
    alpha[i] = Math.round(share * 255);
    const on = [200 - x / 4, 60 + y / 5, 40];
    const off = Math.floor(x / 24) % 2 === 0 ? [20, 60, 90] : [40, 90, 160];
    for (let c = 0; c < 3; c++) {
      foreground[i * 4 + c] = on[c]!;
      data[i * 4 + c] = on[c]! * share + off[c]! * (1 - share);
    }
  }
  return { alpha, foreground, data };
}

/** Mean difference, weighted by alpha: what is seen of it. */
function seenError(actual: Uint8Array, { alpha, foreground }: ReturnType<typeof composite>): number {
  let [sum, weight] = [0, 0];
  alpha.forEach((a, i) => {
    if (a === 0 || a === 255) return;
    for (let c = 0; c < 3; c++) sum += a * Math.abs(actual[i * 4 + c]! - foreground[i * 4 + c]!);
    weight += 3 * a;
  });
  return sum / weight;
}

describe('clearing the background out of an edge', () => {
  it('comes near the true colours, and leaves opaque and clear pixels alone', () => {
    const scene = composite();
    const image = { width: WIDTH, height: HEIGHT, data: scene.data };
    const cleared = scene.data.slice();
    clearBackground(image, { alpha: scene.alpha, imageRect }, imageRect, cleared);
    expect(seenError(cleared, scene)).toBeLessThan(0.2 * seenError(scene.data, scene));
    scene.alpha.forEach((a, i) => {
      if (a !== 0 && a !== 255) return;
      const at = i * 4;
      expect(cleared.subarray(at, at + 4).join()).toBe(scene.data.subarray(at, at + 4).join());
    });
  });

  it('gives a part the colours that the whole has', () => {
    const scene = composite();
    const image = { width: WIDTH, height: HEIGHT, data: scene.data };
    const cleared = scene.data.slice();
    clearBackground(image, { alpha: scene.alpha, imageRect }, imageRect, cleared);
    const part = { x: 61, y: 40, width: 100, height: 90 };
    const rowOf = (data: Uint8Array, y: number) =>
      data.subarray(((part.y + y) * WIDTH + part.x) * 4, ((part.y + y) * WIDTH + part.x + part.width) * 4);
    const own = new Uint8Array(part.width * part.height * 4);
    for (let y = 0; y < part.height; y++) own.set(rowOf(scene.data, y), y * part.width * 4);
    clearBackground(image, { alpha: scene.alpha, imageRect }, part, own);
    for (let y = 0; y < part.height; y++) {
      const row = own.subarray(y * part.width * 4, (y + 1) * part.width * 4);
      row.forEach((value, i) => expect(Math.abs(value - rowOf(cleared, y)[i]!)).toBeLessThanOrEqual(1));
    }
  });

  it('takes no colour from where the image is transparent', () => {
    const scene = composite();
    for (let i = 0; i < scene.alpha.length; i++) {
      if (scene.alpha[i] === 0) scene.data.set([255, 0, 255, 0], i * 4);
    }
    const image = { width: WIDTH, height: HEIGHT, data: scene.data };
    const cleared = scene.data.slice();
    clearBackground(image, { alpha: scene.alpha, imageRect }, imageRect, cleared);
    expect(seenError(cleared, scene)).toBeLessThan(seenError(scene.data, scene));
  });
});
