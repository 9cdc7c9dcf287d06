import type { BrowserContext, Page } from 'playwright-core';
import type { OutputKind } from '../../../src/shared/host-contract.ts';
import { launchChromiumWithProfile } from '../chromium.ts';
import { eventually, STEP_MS, UiDriver } from '../ui-driver.ts';
import { serveVscode, type VscodeServer } from './serve-vscode.ts';
import { VirtualFiles } from './virtual-files.ts';

const VIEWPORT_PX = { width: 1280, height: 800 };
/** A menu that has just closed is no place to wait for long. */
const CLICK_MS = 1000;
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'files.autoSave': 'off',
  'window.commandCenter': false,
};

/** A user at VS Code for the Web, in a workspace that is only in the test's memory. */
export class VscodeSession extends UiDriver {
  /** Every request of the page, its webviews and workers, without data: and blob:. */
  readonly requests: string[] = [];
  /** Uncaught errors, and what the content security policy refused. */
  readonly pageErrors: string[] = [];

  private constructor(
    private readonly browser: BrowserContext,
    private readonly vscode: VscodeServer,
    readonly files: VirtualFiles,
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

  /** @param images by name in the folder that the workspace shows */
  static async open(images: Record<string, Uint8Array>, settings: Record<string, unknown> = {}) {
    const files = new VirtualFiles();
    for (const [name, bytes] of Object.entries(images)) files.write(`/photos/${name}`, bytes);
    const vscode = await serveVscode(files, { ...SETTINGS, ...settings });
    const browser = await launchChromiumWithProfile(VIEWPORT_PX);
    const session = new VscodeSession(
      browser,
      vscode,
      files,
      browser.pages()[0] ?? (await browser.newPage()),
    );
    await session.page.goto(vscode.url);
    return session;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.vscode.server.close();
  }

  /** @returns a file of the folder */
  read(name: string): Buffer | undefined {
    return this.files.read(`/photos/${name}`);
  }

  /** What there is in the folder and below it. */
  get names(): string[] {
    return this.files.paths.map((path) => path.replace('/photos/', ''));
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
    await this.chooseInExplorer(name, 'Open With...');
    await this.page.getByRole('option', { name: /^TinyCut/ }).click();
  }

  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.getByRole('combobox', { name: /command/ }).fill(`>${title}`);
    await this.page
      .getByRole('option', { name: new RegExp(`^${title}`) })
      .first()
      .click();
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
