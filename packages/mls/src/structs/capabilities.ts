import type { Random } from "@redoubt/base";
import { limits } from "../codec/limits.js";
import type { Reader } from "../codec/reader.js";
import type { Writer } from "../codec/writer.js";

/** Capabilities (RFC 9420 §7.2): what a client supports beyond the defaults. */
export interface Capabilities {
  readonly versions: readonly number[];
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
  readonly credentials: readonly number[];
}

const fields = ["versions", "cipherSuites", "extensions", "proposals", "credentials"] as const;

export function writeCapabilities(writer: Writer, capabilities: Capabilities): void {
  for (const field of fields) writer.vector(capabilities[field], (w, value) => w.u16(value));
}

export function readCapabilities(reader: Reader): Capabilities {
  const list = () => reader.vector(limits.capabilities, (r) => r.u16());
  return { versions: list(), cipherSuites: list(), extensions: list(), proposals: list(), credentials: list() };
}

/** One of the fifteen GREASE values 0x0A0A, 0x1A1A, …, 0xEAEA (RFC 9420 §13.5), at random. */
export function greaseValue(random: Random): number {
  const nibble = (random(1)[0] as number) % 15;
  return (nibble << 12) | 0x0a00 | (nibble << 4) | 0x0a;
}

export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 12 === ((value >> 4) & 0x0f) && value >> 12 !== 15;
}
