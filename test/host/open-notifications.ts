import type { NotificationDetails } from './api/plugin-run.ts';

/** Figma's own, when the plugin names none. */
const DEFAULT_TIMEOUT_MS = 3000;

export type DequeueReason = 'timeout' | 'dismiss' | 'action_button_click';

/** A notification that is on show. */
export interface OpenNotification {
  readonly message: string;
  readonly isError: boolean;
  /** Null when it has none. */
  readonly button: string | null;
  /** The user presses its button. */
  press(): void;
  /** The user closes it. */
  dismiss(): void;
}

/** What `figma.notify` shows, each until its time is over, the user or the plugin takes it away, or its button is pressed. */
export class OpenNotifications {
  private readonly open = new Map<number, OpenNotification>();
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** @param tell what has happened to a notification, to the plugin */
  constructor(
    private readonly tell: (id: number, what: DequeueReason | 'press') => void,
    private readonly onChange: () => void,
  ) {}

  list(): OpenNotification[] {
    return [...this.open.values()];
  }

  add(
    message: string,
    isError: boolean,
    { id, timeoutMs = DEFAULT_TIMEOUT_MS, button }: NotificationDetails,
  ): void {
    this.open.set(id, {
      message,
      isError,
      button: button ?? null,
      press: () => this.open.has(id) && this.tell(id, 'press'),
      dismiss: () => this.end(id, 'dismiss'),
    });
    if (Number.isFinite(timeoutMs))
      this.timers.set(
        id,
        setTimeout(() => this.end(id, 'timeout'), timeoutMs),
      );
    this.onChange();
  }

  end(id: number, reason: DequeueReason): void {
    if (!this.open.delete(id)) return;
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
    this.onChange();
    this.tell(id, reason);
  }

  /** With the plugin go the notifications that have a button; nobody is told. */
  closeAll(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.open.clear();
    this.onChange();
  }
}
