import { signal } from '@preact/signals';
import { FigmaDouble } from '../test/host/figma-double.ts';
import type { FigmaDocument } from '../test/host/document/figma-document.ts';
import { addPhoto, photoDocument } from '../test/host/photo-document.ts';
import { ClientStorage } from '../test/host/api/client-storage.ts';
import type { OpenNotification } from '../test/host/open-notifications.ts';
import type { FigmaTheme } from '../test/host/page/figma-theme.ts';
import { PluginWindow } from '../test/host/page/plugin-window.ts';
import { contentBounds } from './canvas/content-bounds.ts';
import { importPhoto } from './import-photo.ts';
import { rasteriseInPage } from './rasterise-in-page.ts';

export interface PluginFiles {
  name: string;
  mainJs: string;
  uiHtml: string;
  quickJsWasm: ArrayBuffer;
}

export interface Toast {
  message: string;
  isError: boolean;
}

/** Space between a photo that is added and what is there already, in canvas units. */
const PHOTO_GAP = 80;
const TOAST_MS = 5000;

/** A Figma file, the plugin that runs over it, and what a user does with both. */
export class Workbench {
  readonly document: FigmaDocument;
  /** Counts changes of the document, at most one a frame: components that read it are drawn again. */
  readonly revision = signal(0);
  readonly theme = signal<FigmaTheme>('light');
  readonly toast = signal<Toast | null>(null);
  /** Of the plugin, from run to run. */
  readonly storage = new ClientStorage();
  /** What the plugin shows that has a button, newest last. */
  readonly pluginNotice = signal<OpenNotification | null>(null);
  readonly isRunning = signal(false);
  /** The menu entry that the plugin is run by, as the manifest names it. */
  command = '';
  double: FigmaDouble | null = null;
  private window: PluginWindow | null = null;
  private toastTimer: ReturnType<typeof setTimeout> | undefined;
  private isFrameDue = false;

  constructor(
    private readonly plugin: PluginFiles,
    sample: { name: string; bytes: Uint8Array },
  ) {
    this.document = photoDocument(sample.bytes, { name: sample.name }).document;
    this.document.onChange(() => this.scheduleRedraw());
  }

  get pluginName(): string {
    return this.plugin.name;
  }

  /** @param container where the plugin's window goes */
  async run(container: HTMLElement): Promise<void> {
    if (this.isRunning.value) return;
    this.isRunning.value = true;
    const surface = new PluginWindow({
      container,
      theme: this.theme.value,
      onUserClose: () => this.stop(),
    });
    this.window = surface;
    try {
      this.double = await FigmaDouble.open({
        ...this.plugin,
        command: this.command,
        document: this.document,
        storage: this.storage,
        surface,
        rasterise: rasteriseInPage,
        onNotify: (toast) => this.notify(toast),
        onNotificationsChange: (shown) => {
          this.pluginNotice.value = shown.filter(({ button }) => button !== null).at(-1) ?? null;
        },
        onConsole: (level, line) => console.log(`[plugin ${level}] ${line}`),
      });
      await this.double.whenClosed;
    } catch (thrown) {
      this.notify({
        message: `The plugin did not start: ${thrown instanceof Error ? thrown.message : thrown}`,
        isError: true,
      });
    } finally {
      surface.close();
      this.window = null;
      this.double = null;
      this.isRunning.value = false;
    }
  }

  stop(): void {
    this.double?.close();
  }

  setTheme(theme: FigmaTheme): void {
    this.theme.value = theme;
    this.window?.setTheme(theme);
  }

  select(ids: readonly string[]): void {
    this.document.setSelection(ids);
  }

  undo(): void {
    if (!this.document.undo()) this.notify({ message: 'Nothing to undo.', isError: false });
  }

  redo(): void {
    if (!this.document.redo()) this.notify({ message: 'Nothing to redo.', isError: false });
  }

  /** One undo step of the user's own. */
  edit(change: (document: FigmaDocument) => void): void {
    change(this.document);
    this.document.commitUndo();
  }

  async addPhotos(files: readonly File[]): Promise<void> {
    for (const file of files) {
      try {
        const bytes = await importPhoto(file);
        const bounds = contentBounds(this.document);
        const x = bounds ? bounds.x + bounds.width + PHOTO_GAP : 0;
        const name = file.name.replace(/\.[^.]*$/, '');
        this.edit((document) => this.select([addPhoto(document, bytes, { name, x, y: bounds?.y ?? 0 })]));
      } catch (thrown) {
        this.notify({ message: thrown instanceof Error ? thrown.message : String(thrown), isError: true });
      }
    }
  }

  notify(toast: Toast): void {
    clearTimeout(this.toastTimer);
    this.toast.value = toast;
    this.toastTimer = setTimeout(() => (this.toast.value = null), TOAST_MS);
  }

  private scheduleRedraw(): void {
    if (this.isFrameDue) return;
    this.isFrameDue = true;
    requestAnimationFrame(() => {
      this.isFrameDue = false;
      this.revision.value++;
    });
  }
}
