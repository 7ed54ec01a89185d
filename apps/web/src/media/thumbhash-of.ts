import { rgbaToThumbHash } from "thumbhash";
import { isSafeImage } from "./image-limits.js";

/** The longest side of what the hash is made of, in pixels. */
const side = 100;

/** A tiny picture of a picture; `undefined` for what is none, or is too large to be opened. */
export async function thumbhashOf(file: File): Promise<Uint8Array | undefined> {
  if (!file.type.startsWith("image/") || !(await isSafeImage(file))) return undefined;
  try {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(whole.width, whole.height));
    const [width, height] = [
      Math.max(1, Math.round(whole.width * scale)),
      Math.max(1, Math.round(whole.height * scale)),
    ];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    context?.drawImage(whole, 0, 0, width, height);
    whole.close();
    const pixels = context?.getImageData(0, 0, width, height);
    return pixels && rgbaToThumbHash(width, height, pixels.data);
  } catch {
    return undefined;
  }
}
