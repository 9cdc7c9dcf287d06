import sharp from 'sharp';

/** Share of the opaque pixels that are red. */
export async function redShare(png: Buffer): Promise<number> {
  const { data } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  let red = 0;
  let opaque = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3]! < 128) continue;
    opaque++;
    if (data[i]! > 1.5 * data[i + 2]!) red++;
  }
  return red / opaque;
}

/** How many pixels are more opaque than not, and how far they reach. */
export async function opaqueExtent(png: Buffer): Promise<{ pixels: number; width: number; height: number }> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const columns = new Set<number>();
  const rows = new Set<number>();
  let pixels = 0;
  for (let i = 0; i < info.width * info.height; i++) {
    if (data[4 * i + 3]! < 128) continue;
    pixels++;
    columns.add(i % info.width);
    rows.add(Math.floor(i / info.width));
  }
  return { pixels, width: columns.size, height: rows.size };
}
