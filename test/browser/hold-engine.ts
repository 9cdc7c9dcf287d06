import type { Page } from 'playwright-core';
import type { UiDriver } from './ui-driver.ts';

interface Held {
  isEngineHeld: boolean;
  heldMessages: (() => void)[];
}

/** Lets a test stop the clock: while the engine is held, the UI hears nothing of what its worker says. */
export async function makeEngineHoldable(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const held = window as never as Held;
    held.isEngineHeld = false;
    held.heldMessages = [];
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        // The first listener: it keeps a message from all others.
        this.addEventListener('message', (event) => {
          if (!held.isEngineHeld) return;
          event.stopImmediatePropagation();
          const { data } = event as MessageEvent<unknown>;
          held.heldMessages.push(() => this.dispatchEvent(new MessageEvent('message', { data })));
        });
      }
    };
  });
}

export function holdEngine({ ui }: UiDriver): Promise<void> {
  return ui.locator('body').evaluate(() => void ((window as never as Held).isEngineHeld = true));
}

/** The UI hears all that it has missed. */
export function letEngineGo({ ui }: UiDriver): Promise<void> {
  return ui.locator('body').evaluate(() => {
    const held = window as never as Held;
    held.isEngineHeld = false;
    for (const deliver of held.heldMessages.splice(0)) deliver();
  });
}
