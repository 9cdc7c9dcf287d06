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

/** Intersection over union of what is more opaque than not in two images of one size. */
export async function opaqueOverlap(...pngs: [Buffer, Buffer]): Promise<number> {
  const [a, b] = await Promise.all(
    pngs.map((png) => sharp(png).ensureAlpha().extractChannel(3).raw().toBuffer()),
  );
  let both = 0;
  let either = 0;
  for (let i = 0; i < Math.max(a!.length, b!.length); i++) {
    const [inA, inB] = [a![i]! >= 128, b![i]! >= 128];
    if (inA && inB) both++;
    if (inA || inB) either++;
  }
  return both / either;
}
