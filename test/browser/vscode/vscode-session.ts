import type { BrowserContext, Page } from 'playwright-core';
import type { OutputKind } from '../../../src/shared/host-contract.ts';
import { launchChromiumWithProfile } from '../chromium.ts';
import { eventually, STEP_MS, UiDriver } from '../ui-driver.ts';

const VIEWPORT_PX = { width: 1280, height: 800 };
/** A menu that has just closed is no place to wait for long. */
const CLICK_MS = 1000;

/** Where VS Code runs, with a folder of images as its workspace. */
export interface VscodeHost {
  url: string;
  /** What there is in the folder and below it, in order. */
  readonly names: string[];
  read(name: string): Buffer | undefined;
  close(): void | Promise<void>;
}

/** As in settings.json: nothing that a test has not asked for. */
export const QUIET_SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'files.autoSave': 'off',
  'window.commandCenter': false,
};

/** A user at VS Code in a browser. */
export class VscodeSession<Host extends VscodeHost = VscodeHost> extends UiDriver {
  /** Every request of the page, its webviews and workers, without data: and blob:. */
  readonly requests: string[] = [];
  /** Uncaught errors, and what the content security policy refused. */
  readonly pageErrors: string[] = [];

  private constructor(
    private readonly browser: BrowserContext,
    readonly host: Host,
    page: Page,
  ) {
    super(page, page.frameLocator('iframe.webview.ready').frameLocator('#active-frame'));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url())) this.requests.push(request.url());
    });
    page.on('pageerror', (error) => this.pageErrors.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.pageErrors.push(message.text());
    });
    page.setDefaultTimeout(STEP_MS);
  }

  /** Closes the host together with itself. */
  static async open<Host extends VscodeHost>(host: Host): Promise<VscodeSession<Host>> {
    const browser = await launchChromiumWithProfile(VIEWPORT_PX);
    const session = new VscodeSession(browser, host, browser.pages()[0] ?? (await browser.newPage()));
    await browser.grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: new URL(host.url).origin,
    });
    await session.page.goto(host.url);
    return session;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.host.close();
  }

  /** @returns a file of the folder */
  read(name: string): Buffer | undefined {
    return this.host.read(name);
  }

  get names(): string[] {
    return this.host.names;
  }

  inExplorer(name: string) {
    return this.page.getByRole('treeitem', { name, exact: true });
  }

  tab(name: string) {
    return this.page.getByRole('tab', { name: new RegExp(`^${name}`) });
  }

  /** A notification that says so. */
  notification(text: string) {
    return this.page.getByRole('dialog').filter({ hasText: text });
  }

  /** Adds files to what is selected; a plain click would open them. */
  async selectInExplorer(...names: string[]): Promise<void> {
    for (const name of names) {
      const file = this.inExplorer(name);
      if ((await file.getAttribute('aria-selected')) !== 'true') await file.click({ modifiers: ['Control'] });
    }
  }

  async chooseInExplorer(name: string, item: string): Promise<void> {
    await this.inExplorer(name).click({ button: 'right' });
    const entry = this.page.getByRole('menuitem', { name: item });
    await entry.waitFor();
    // VS Code passes over a click that comes in the moment its menu opens: the menu stays.
    await eventually(async () => {
      if (await entry.isVisible()) await entry.click({ timeout: CLICK_MS }).catch(() => {});
      return entry.isVisible();
    }).toBe(false);
  }

  async openWithTinyCut(name: string): Promise<void> {
    const option = this.page.getByRole('option', { name: /^TinyCut/ });
    // VS Code opens the list before it has read which editors its extensions bring.
    await eventually(async () => {
      await this.page.keyboard.press('Escape');
      await this.chooseInExplorer(name, 'Open With...');
      return option.waitFor({ timeout: CLICK_MS }).then(
        () => true,
        () => false,
      );
    }).toBe(true);
    await option.click();
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator('.quick-input-box input').fill(`>${title}`);
    await this.page
      .getByRole('option', { name: new RegExp(`^${title}`) })
      .first()
      .click();
  }

  clipboardText(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async apply(kind: OutputKind): Promise<void> {
    await this.button(`Apply as ${kind}`).click();
    await this.status.filter({ hasText: 'made.' }).waitFor();
  }

  /** Moves the pointer to where nothing is, so that no tooltip covers anything. */
  async leaveButtons(): Promise<void> {
    const { x, y, width, height } = (await this.status.boundingBox())!;
    await this.page.mouse.move(x + width - 40, y + height / 2, { steps: 3 });
    await this.page.waitForTimeout(500);
  }

  /** Requests that left this computer's own server. */
  get foreignRequests(): string[] {
    return this.requests.filter((url) => !new URL(url).hostname.endsWith('localhost'));
  }
}
