import type { MemorySample } from './memory-figures.ts';

const WIDTH_PX = 720;
const HEIGHT_PX = 320;
const MARGIN_PX = { left: 64, right: 16, top: 40, bottom: 36 };
const LINES: readonly { title: string; colour: string; bytesOf: (sample: MemorySample) => number | null }[] =
  [
    { title: 'resident', colour: '#0a7', bytesOf: ({ residentBytes }) => residentBytes },
    { title: 'WASM', colour: '#06c', bytesOf: ({ wasmBytes }) => wasmBytes },
    { title: "window's JS heap", colour: '#c60', bytesOf: ({ jsHeapBytes }) => jsHeapBytes },
  ];
const GRID_STEPS = 4;

/** The samples as a picture, from zero up: memory over the number of embeddings. */
export function memoryCurveSvg(samples: readonly MemorySample[]): string {
  const count = samples.at(-1)!.embeddingCount;
  const topBytes = niceCeiling(
    Math.max(...samples.flatMap((sample) => LINES.map(({ bytesOf }) => bytesOf(sample) ?? 0))),
  );
  const { left, right, top, bottom } = MARGIN_PX;
  const x = (embedding: number) =>
    left + ((embedding - 1) / Math.max(1, count - 1)) * (WIDTH_PX - left - right);
  const y = (bytes: number) => HEIGHT_PX - bottom - (bytes / topBytes) * (HEIGHT_PX - top - bottom);

  const grid = Array.from({ length: GRID_STEPS + 1 }, (_, i) => {
    const bytes = (topBytes * i) / GRID_STEPS;
    return (
      `<path d="M${left} ${y(bytes)}H${WIDTH_PX - right}" stroke="#ddd"/>` +
      `<text x="${left - 8}" y="${y(bytes) + 4}" text-anchor="end">${Math.round(bytes / 1e6)} MB</text>`
    );
  });
  const lines = LINES.map(({ title, colour, bytesOf }, i) => {
    const points = samples.flatMap((sample) => {
      const bytes = bytesOf(sample);
      return bytes === null ? [] : `${x(sample.embeddingCount).toFixed(1)},${y(bytes).toFixed(1)}`;
    });
    return (
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>` +
      `<text x="${left + 160 * i}" y="20" fill="${colour}">${title}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH_PX}" height="${HEIGHT_PX}" ` +
      'font-family="sans-serif" font-size="12">',
    `<rect width="${WIDTH_PX}" height="${HEIGHT_PX}" fill="#fff"/>`,
    ...grid,
    ...lines,
    `<text x="${WIDTH_PX - right}" y="${HEIGHT_PX - 12}" text-anchor="end">${count} embeddings</text>`,
    '</svg>\n',
  ].join('\n');
}

/** The next larger number of 1, 2 or 4 and zeros: quarters of it are round. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 4, 8, 10].map((factor) => factor * power).find((ceiling) => ceiling >= value)!;
}
