import { BackupError } from "./backup-error.js";

/** Headers and contents stand in blocks of this many bytes; two empty blocks end an archive. */
export const blockLength = 512;
const maxName = 100;
/** The largest size that eleven octal digits hold. */
const maxOctal = 8 ** 11 - 1;
const sizeAt = 124;
const checksumAt = 148;

/** One file of an archive. */
export interface TarFile {
  /** Its path, with slashes: up to 100 bytes of printable ASCII. */
  readonly name: string;
  readonly length: number;
}

/** Bytes that fill a content up to whole blocks. */
export function paddingOf(length: number): number {
  return (blockLength - (length % blockLength)) % blockLength;
}

/**
 * The header of a file in the ustar format of POSIX.1-1988; sizes from 8 GiB on as GNU tar writes them. All belong to
 * nobody, with mode 0600.
 *
 * @param seconds since 1970, that the files are dated
 * @throws BackupError `unfit-name`
 */
export function encodeTarHeader({ name, length }: TarFile, seconds: number): Uint8Array {
  if (!isFit(name)) throw new BackupError("unfit-name", name);
  const header = Buffer.alloc(blockLength);
  header.write(name, 0, "ascii");
  header.write(`0000600\0${"0000000\0".repeat(2)}`, 100, "ascii");
  if (length <= maxOctal) header.write(`${octal(length, 11)}\0`, sizeAt, "ascii");
  else {
    header[sizeAt] = 0x80;
    header.writeBigUInt64BE(BigInt(length), sizeAt + 4);
  }
  header.write(`${octal(seconds, 11)}\0`, 136, "ascii");
  header.write("0", 156, "ascii");
  header.write("ustar\u000000", 257, "ascii");
  header.write(`${octal(checksumOf(header), 6)}\0 `, checksumAt, "ascii");
  return header;
}

/**
 * Reads a header, of the kind that `encodeTarHeader` makes and no other.
 *
 * @param header 512 bytes
 * @returns undefined for an empty block
 * @throws BackupError `not-a-backup`
 */
export function decodeTarHeader(header: Buffer): TarFile | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const name = header.toString("latin1", 0, header.indexOf(0));
  const length = header[sizeAt] === 0x80 ? Number(header.readBigUInt64BE(sizeAt + 4)) : readOctal(header, sizeAt);
  const file = { name, length };
  const seconds = readOctal(header, 136);
  // Only the one form: so nothing is in a header that is not read.
  if (!isFit(name) || !Number.isSafeInteger(length) || !Number.isSafeInteger(seconds))
    throw new BackupError("not-a-backup");
  if (!header.equals(encodeTarHeader(file, seconds))) throw new BackupError("not-a-backup");
  return file;
}

function isFit(name: string): boolean {
  return name.length <= maxName && /^[\x21-\x7e]+$/.test(name);
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

function readOctal(header: Buffer, at: number): number {
  const text = header.toString("latin1", at, at + 11);
  return /^[0-7]{11}$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
}

/** The sum of all bytes, the checksum's own eight counted as spaces. */
function checksumOf(header: Buffer): number {
  let sum = 8 * 0x20;
  for (const [at, byte] of header.entries()) if (at < checksumAt || at >= checksumAt + 8) sum += byte;
  return sum;
}
