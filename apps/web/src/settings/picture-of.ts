import { isSafeImage } from "../media/image-limits.js";

/** In bytes: what a profile may hold. */
const largest = 16 * 1024;
/** In pixels, and of WebP's quality: the first that is small enough is taken. */
const attempts = [
  [192, 0.8],
  [160, 0.7],
  [128, 0.6],
  [96, 0.5],
] as const;

/** The square middle of a picture, small enough for a profile; drawn anew, so that nothing else of the file is in it. */
export async function pictureOf(file: File): Promise<Uint8Array | undefined> {
  if (!(await isSafeImage(file))) return undefined;
  const whole = await createImageBitmap(file).catch(() => undefined);
  if (whole === undefined) return undefined;
  try {
    const side = Math.min(whole.width, whole.height);
    const [x, y] = [(whole.width - side) / 2, (whole.height - side) / 2];
    for (const [size, quality] of attempts) {
      const canvas = new OffscreenCanvas(size, size);
      canvas.getContext("2d")?.drawImage(whole, x, y, side, side, 0, 0, size, size);
      const blob = await canvas.convertToBlob({ type: "image/webp", quality });
      if (blob.size <= largest) return new Uint8Array(await blob.arrayBuffer());
    }
    return undefined;
  } finally {
    whole.close();
  }
}
