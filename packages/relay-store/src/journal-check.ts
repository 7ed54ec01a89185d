import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

const headerLength = 32;
const frameHeadLength = 24;
const indexHeaderLength = 48;

/**
 * Looks whether a database's write-ahead log still holds all that was committed to it. SQLite itself reads such a file up to
 * the first frame that is not sound and takes that for its end, as after a power failure: what was committed behind it
 * would be gone without a word. Here more is known: every commit is synced before the next one is written (synchronous is
 * FULL), so nothing that another commit follows can have been torn; and the index beside it, where the process was killed
 * and not the machine, says how many frames there were. (https://sqlite.org/fileformat2.html#walformat,
 * https://sqlite.org/walformat.html)
 *
 * @param database the database's file; not open in any process
 * @returns whether something committed is missing
 */
export function isJournalDamaged(database: string): boolean {
  const journal = `${database}-wal`;
  if (!existsSync(journal)) return false;
  const file = openSync(journal, "r");
  try {
    const header = readBytes(file, 0, headerLength);
    if (header === undefined) return false;
    const sum = checksumFor(header);
    if (sum === undefined || !isSound(header, sum)) return hadFrames(file, header);
    const sound = countSound(file, header, sum);
    return wasCommittedBehind(file, header, sound) || framesByIndex(`${database}-shm`, header) > sound;
  } finally {
    closeSync(file);
  }
}

type Sum = readonly [number, number];
type Checksum = (bytes: Buffer, start: Sum) => Sum;

/** The checksum by the byte order that the header's magic number names; undefined if it is no such number. */
function checksumFor(header: Buffer): Checksum | undefined {
  const magic = header.readUInt32BE(0);
  if (magic === 0x377f0682) return (bytes, start) => checksum(bytes, start, (at) => bytes.readUInt32LE(at));
  if (magic === 0x377f0683) return (bytes, start) => checksum(bytes, start, (at) => bytes.readUInt32BE(at));
  return undefined;
}

function checksum(bytes: Buffer, [first, second]: Sum, word: (at: number) => number): Sum {
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + word(at) + b) >>> 0;
    b = (b + word(at + 4) + a) >>> 0;
  }
  return [a, b];
}

function isSound(header: Buffer, sum: Checksum): boolean {
  const [a, b] = sum(header.subarray(0, 24), [0, 0]);
  return header.readUInt32BE(24) === a && header.readUInt32BE(28) === b;
}

/** Of a header that is not sound: whether frames of its own follow it, by its salt or by a salt that would make it sound. */
function hadFrames(file: number, header: Buffer): boolean {
  const frame = readBytes(file, headerLength, frameHeadLength);
  if (frame === undefined) return false;
  if (frame.subarray(8, 16).equals(header.subarray(16, 24))) return true;
  const mended = Buffer.from(header);
  frame.copy(mended, 16, 8, 16);
  const sum = checksumFor(mended);
  return sum !== undefined && isSound(mended, sum);
}

/** How many frames from the first one on are sound. */
function countSound(file: number, header: Buffer, sum: Checksum): number {
  const pageLength = pageLengthOf(header);
  let running: Sum = [header.readUInt32BE(24), header.readUInt32BE(28)];
  for (let index = 0; ; index++) {
    const frame = readBytes(file, frameAt(index, pageLength), frameHeadLength + pageLength);
    if (frame === undefined || !isOf(header, frame)) return index;
    running = sum(frame.subarray(frameHeadLength), sum(frame.subarray(0, 8), running));
    if (frame.readUInt32BE(16) !== running[0] || frame.readUInt32BE(20) !== running[1]) return index;
  }
}

/** Whether a commit stands at or behind a frame, and something of the same generation behind that. */
function wasCommittedBehind(file: number, header: Buffer, from: number): boolean {
  const pageLength = pageLengthOf(header);
  let isCommitted = false;
  for (let index = from; ; index++) {
    const frame = readBytes(file, frameAt(index, pageLength), frameHeadLength);
    if (frame === undefined) return false;
    if (!isOf(header, frame)) continue;
    if (isCommitted) return true;
    isCommitted = frame.readUInt32BE(4) !== 0;
  }
}

/** How many frames the index says that this generation of the journal has; 0 if it says nothing of it. */
function framesByIndex(name: string, header: Buffer): number {
  if (!existsSync(name)) return 0;
  const file = openSync(name, "r");
  try {
    const both = readBytes(file, 0, 2 * indexHeaderLength);
    if (both === undefined) return 0;
    const index = both.subarray(0, indexHeaderLength);
    // Two copies that differ were being written.
    if (!index.equals(both.subarray(indexHeaderLength))) return 0;
    if (!index.subarray(32, 40).equals(header.subarray(16, 24))) return 0;
    return process.arch === "s390x" ? index.readUInt32BE(16) : index.readUInt32LE(16);
  } finally {
    closeSync(file);
  }
}

function isOf(header: Buffer, frame: Buffer): boolean {
  return frame.subarray(8, 16).equals(header.subarray(16, 24));
}

function pageLengthOf(header: Buffer): number {
  return header.readUInt32BE(8);
}

function frameAt(index: number, pageLength: number): number {
  return headerLength + index * (frameHeadLength + pageLength);
}

/** So many bytes, or undefined if the file ends before. */
function readBytes(file: number, position: number, length: number): Buffer | undefined {
  if (position + length > fstatSync(file).size) return undefined;
  const bytes = Buffer.allocUnsafe(length);
  return readSync(file, bytes, 0, length, position) === length ? bytes : undefined;
}
