import { mkdirSync } from 'node:fs';
import { afterEach, expect } from 'vitest';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import type { Point, Rect, Size } from '../../src/shared/affine.ts';
import { fitViewport, imageToView } from '../../src/ui/canvas/viewport.ts';

/**
 * The model loads in some 5 s and an image is embedded in 4 s on a machine with nothing else to do; limits leave room
 * for one that has.
 */
export const STEP_MS = 120_000;
export const TEST_MS = 300_000;
/** Of samples/bowl.jpg, which the workbench opens with. */
export const BOWL_SIZE_PX: Size = { width: 1600, height: 1082 };

/** An expectation that comes true in a while. */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: STEP_MS, interval: 100 });
}

/** So that a failure in CI can be looked at. */
export function screenshotFailures(sessionOf: () => UiDriver | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await sessionOf()?.screenshot(`failed: ${task.name}`.replace(/[^\w-]+/g, '-').slice(0, 80));
  });
}

/** A user at TinyCut's UI, in whatever host it is. */
export class UiDriver {
  constructor(
    readonly page: Page,
    /** The frame that the UI is in. */
    readonly ui: FrameLocator,
  ) {}

  // --- what the user sees

  get image(): Locator {
    return this.ui.getByRole('application');
  }

  get status(): Locator {
    return this.ui.getByRole('status');
  }

  get problem(): Locator {
    return this.ui.getByRole('alert');
  }

  get analysing(): Locator {
    return this.ui.getByRole('progressbar', { name: 'Analysing the image' });
  }

  button(name: string): Locator {
    return this.ui.getByRole('button', { name, exact: true });
  }

  /** Until the image can be clicked on. */
  async whenReady(): Promise<void> {
    await this.ui.getByRole('group', { name: 'Mask size' }).and(this.ui.locator(':enabled')).waitFor();
  }

  /** How much of the image is selected, as the status line says it, in percent. */
  async selectedPercent(): Promise<number> {
    await this.status.filter({ hasText: /% selected/ }).waitFor();
    return Number(/(\d+)% selected/.exec((await this.status.textContent()) ?? '')?.[1]);
  }

  async checkedMaskSize(): Promise<string | null> {
    const checked = this.ui.locator('input[name=mask-size]:checked');
    return (await checked.count()) === 0 ? null : checked.inputValue();
  }

  /** Share of the overlay's pixels, 0..1, on which anything is drawn. */
  overlayCoverage(): Promise<number> {
    return this.image.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let drawn = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn++;
      return drawn / (data.length / 4);
    });
  }

  /** RGBA 0..255 of the overlay where points of the fitted image are shown. */
  async overlayAt(imagePoints: readonly Point[]): Promise<[number, number, number, number][]> {
    const box = (await this.image.boundingBox())!;
    const viewport = fitViewport({ x: 0, y: 0, ...BOWL_SIZE_PX }, box);
    return this.image.evaluate(
      (element, places) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        return places.map(({ x, y }) => {
          const column = Math.floor(x * devicePixelRatio);
          const row = Math.floor(y * devicePixelRatio);
          const at = (row * canvas.width + column) * 4;
          return [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!] as [number, number, number, number];
        });
      },
      imagePoints.map((point) => imageToView(viewport, point)),
    );
  }

  /** Outlines are blue and white: opaque, which no tint of the overlay is. */
  isOutlineDrawn(): Promise<boolean> {
    return this.image.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let opaque = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 240) opaque++;
      return opaque > 1000;
    });
  }

  // --- what the user does

  /** Where a point of the fitted image is on the page, in CSS pixels. */
  async onPage(imagePoint: Point, imageSizePx = BOWL_SIZE_PX): Promise<Point> {
    const box = (await this.image.boundingBox())!;
    const viewport = fitViewport({ x: 0, y: 0, ...imageSizePx }, box);
    const { x, y } = imageToView(viewport, imagePoint);
    return { x: box.x + x, y: box.y + y };
  }

  async hover(imagePoint: Point): Promise<void> {
    const { x, y } = await this.onPage(imagePoint);
    await this.page.mouse.move(x, y, { steps: 3 });
  }

  async click(imagePoint: Point, { alt = false } = {}): Promise<void> {
    if (alt) await this.page.keyboard.down('Alt');
    await this.hover(imagePoint);
    await this.page.mouse.down();
    await this.page.mouse.up();
    if (alt) await this.page.keyboard.up('Alt');
  }

  async dragBox(imageRect: Rect): Promise<void> {
    await this.hover(imageRect);
    await this.page.mouse.down();
    await this.hover({ x: imageRect.x + imageRect.width, y: imageRect.y + imageRect.height });
    await this.page.mouse.up();
  }

  /** For a person to look at; nothing is compared with it. */
  async screenshot(name: string): Promise<void> {
    mkdirSync('test/output', { recursive: true });
    await this.page.screenshot({ path: `test/output/${name}.png` });
  }
}
