import { type CborValue, sizeOfCbor, writeCbor } from "@redoubt/base";

/** What a frame carries (RFC 6455 §5.2). */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/**
 * A WebSocket frame (RFC 6455 §5.2): final and unmasked as every server's.
 *
 * @param length of its payload, in bytes
 * @param write writes the payload from an offset on
 */
function frame(opcode: number, length: number, write: (target: Buffer, at: number) => void): Buffer {
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headLength + length);
  bytes[0] = 0x80 | opcode;
  if (headLength === 2) bytes[1] = length;
  else if (headLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  write(bytes, headLength);
  return bytes;
}

/** A message as the one frame that carries it. */
export function frameMessage(message: CborValue): Buffer {
  return frame(opcodes.binary, sizeOfCbor(message), (target, at) => writeCbor(message, target, at));
}

/** A frame of bytes. */
export function frameBytes(opcode: number, payload: Uint8Array): Buffer {
  return frame(opcode, payload.length, (target, at) => target.set(payload, at));
}

/** Says why a connection ends. @param code of RFC 6455 §7.4 */
export function frameClose(code: number): Buffer {
  return frame(opcodes.close, 2, (target, at) => target.writeUInt16BE(code, at));
}
