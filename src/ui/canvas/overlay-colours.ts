/** These lie on photos, not on the panel, so they are the same in both themes. */
export const overlayColours = {
  add: '#0d99ff',
  remove: '#f24822',
  halo: '#ffffff',
  /** Inside of a mask that is chosen, and of one that is only previewed. */
  tint: 'rgb(13 153 255 / 0.22)',
  previewTint: 'rgb(13 153 255 / 0.38)',
  changeTint: 'rgb(13 153 255 / 0.16)',
  /** What the mask leaves out. */
  leftOut: 'rgb(0 0 0 / 0.28)',
  /** What the layer doesn't show. */
  invisible: 'rgb(24 24 24 / 0.66)',
} as const;
