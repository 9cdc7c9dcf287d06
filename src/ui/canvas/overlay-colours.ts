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
  /** The same where no line shows the edge. */
  leftOutOfEdge: 'rgb(0 0 0 / 0.6)',
  /** Between layers, and inside of them. */
  layerEdge: 'rgb(255 255 255 / 0.75)',
  layerTints: [
    'rgb(13 153 255 / 0.34)',
    'rgb(255 205 41 / 0.34)',
    'rgb(151 71 255 / 0.34)',
    'rgb(20 174 92 / 0.34)',
    'rgb(255 36 189 / 0.34)',
    'rgb(255 119 0 / 0.34)',
    'rgb(0 209 209 / 0.34)',
  ],
  /** What the layer doesn't show. */
  invisible: 'rgb(24 24 24 / 0.66)',
} as const;
