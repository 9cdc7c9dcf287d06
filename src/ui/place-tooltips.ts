/** Room that a tooltip leaves to the edges of the window, in CSS pixels. */
const MARGIN_PX = 4;

/**
 * Keeps tooltips in the window: each over the middle of its control, as far as there is room. All are placed before one shows:
 * of a disabled control no browser tells that the pointer is over it.
 */
export function placeTooltips(page: Document): void {
  const place = () => {
    const controls = [...page.querySelectorAll<HTMLElement>('[data-tip]')];
    // Read first, then written, so that the page is laid out once.
    const lefts = controls.map(leftOfTooltip);
    controls.forEach((control, i) => control.style.setProperty('--tip-left', `${lefts[i]!}px`));
  };
  page.addEventListener('pointerover', place);
  page.addEventListener('focusin', place);
}

/** From the left edge of the control. */
function leftOfTooltip(control: HTMLElement): number {
  const { left, width } = control.getBoundingClientRect();
  const tipWidth = Number.parseFloat(getComputedStyle(control, '::after').width);
  // Without the bar that scrolls it.
  const windowWidth = control.closest('.app')!.clientWidth;
  const wanted = left + (width - tipWidth) / 2;
  const placed = Math.max(MARGIN_PX, Math.min(wanted, windowWidth - MARGIN_PX - tipWidth));
  return placed - left - control.clientLeft;
}
