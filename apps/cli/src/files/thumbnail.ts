import { decode as decodeJpeg } from "jpeg-js";
import { PNG } from "pngjs";
import { rgbaToThumbHash } from "thumbhash";

/** Larger files have no thumbnail: decoding takes memory and time. */
export const maxThumbnailFile = 24 * 1024 * 1024;
const maxPixels = 16_000_000;
const maxJpegMemory = 256;
const maxSide = 100;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Uint8Array;
}

/**
 * A tiny picture of a PNG or a JPEG (thumbhash: some 25 bytes).
 *
 * @param file the whole file
 * @returns undefined for anything else, for what is too large to decode, and for what is broken
 */
export function thumbhashOf(file: Uint8Array): Uint8Array | undefined {
  if (file.length > maxThumbnailFile) return undefined;
  try {
    const picture = isPng(file) ? readPng(file) : isJpeg(file) ? readJpeg(file) : undefined;
    if (picture === undefined || picture.width < 1 || picture.height < 1) return undefined;
    const { width, height, data } = shrink(picture);
    return rgbaToThumbHash(width, height, data);
  } catch {
    // Decoders throw what they like. The file is sent all the same.
    return undefined;
  }
}

function isPng(file: Uint8Array): boolean {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return signature.every((byte, index) => file[index] === byte);
}

function isJpeg(file: Uint8Array): boolean {
  return file[0] === 0xff && file[1] === 0xd8 && file[2] === 0xff;
}

/** Its header (PNG §11.2.2) comes first: what it says is checked before anything is inflated. */
function readPng(file: Uint8Array): Picture | undefined {
  if (file.length < 33) return undefined;
  const header = new DataView(file.buffer, file.byteOffset, 33);
  const isSmall = header.getUint32(16) * header.getUint32(20) <= maxPixels;
  // pngjs does not bound what an interlaced picture inflates to.
  const isInterlaced = header.getUint8(28) !== 0;
  return isSmall && !isInterlaced ? PNG.sync.read(Buffer.from(file)) : undefined;
}

function readJpeg(file: Uint8Array): Picture {
  return decodeJpeg(file, {
    useTArray: true,
    maxResolutionInMP: maxPixels / 1_000_000,
    maxMemoryUsageInMB: maxJpegMemory,
  });
}

/** Shrinks a picture to at most 100 by 100, each pixel the mean of those that it stands for. */
function shrink(picture: Picture): Picture {
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(meanAt(picture, { x, y, width, height }), (y * width + x) * 4);
  }
  return { width, height, data };
}

function meanAt(
  picture: Picture,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): number[] {
  const [left, right] = spanOf(at.x, at.width, picture.width);
  const [top, bottom] = spanOf(at.y, at.height, picture.height);
  const sums = [0, 0, 0, 0];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const pixel = (y * picture.width + x) * 4;
      for (let channel = 0; channel < 4; channel++) {
        sums[channel] = (sums[channel] as number) + (picture.data[pixel + channel] as number);
      }
    }
  }
  return sums.map((sum) => Math.round(sum / ((right - left) * (bottom - top))));
}

function spanOf(place: number, small: number, large: number): readonly [number, number] {
  const begin = Math.floor((place * large) / small);
  return [begin, Math.max(begin + 1, Math.floor(((place + 1) * large) / small))];
}
