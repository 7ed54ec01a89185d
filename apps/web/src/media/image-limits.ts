/** What is opened as a picture at most: pixels of a side, pixels in all, and bytes of the file. */
const limits = { side: 16_384, pixels: 50_000_000, bytes: 64_000_000 } as const;

/** Bytes at the beginning of a file in which its size in pixels stands, for all but odd JPEG files. */
const headLength = 256 * 1024;

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Whether a picture may be decoded: a few kilobytes can unfold to gigabytes of pixels. What does not say its size is
 * not opened.
 */
export async function isSafeImage(file: Blob): Promise<boolean> {
  if (file.size > limits.bytes) return false;
  const size = pixelSize(new Uint8Array(await file.slice(0, headLength).arrayBuffer()));
  if (size === undefined) return false;
  const { width, height } = size;
  return width > 0 && height > 0 && width <= limits.side && height <= limits.side && width * height <= limits.pixels;
}

/** The size of a PNG, GIF, JPEG or WebP picture by its header; `undefined` for anything else. */
export function pixelSize(bytes: Uint8Array): PixelSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (startsWith(bytes, 0, "GIF8")) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) return webpSize(bytes, view);
    if (startsWith(bytes, 0, "\u00ff\u00d8")) return jpegSize(view);
  } catch (error) {
    // The header ends before the size does.
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0));
}

/** RFC 9649 §2.4 to §2.7. */
function webpSize(bytes: Uint8Array, view: DataView): PixelSize | undefined {
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  if (startsWith(bytes, 12, "VP8X")) return { width: uint24(24) + 1, height: uint24(27) + 1 };
  if (startsWith(bytes, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (startsWith(bytes, 12, "VP8 ")) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  return undefined;
}

/** ITU T.81 §B.2.2: the first frame header. */
function jpegSize(view: DataView): PixelSize | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
