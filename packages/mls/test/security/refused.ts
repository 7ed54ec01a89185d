import { toHex } from "@redoubt/base";
import { expect } from "vitest";
import { encodeGroup, type Group, MlsError, type MlsErrorCode } from "../../src/index.js";
import type { Member } from "../support/member.js";

/** All that would be stored of a state, to compare. */
export function snapshot(group: Group): string {
  const { epoch, records } = encodeGroup(group);
  return [toHex(epoch), ...[...records].map(([name, value]) => `${name}=${toHex(value)}`).sort()].join("\n");
}

/** The code with which a member refuses; `undefined` if it takes the message in. Fails if anything else is thrown. */
export function refusalOf(member: Member, bytes: Uint8Array): MlsErrorCode | undefined {
  try {
    member.receive(bytes);
    return undefined;
  } catch (error) {
    if (error instanceof MlsError) return error.code;
    throw error;
  }
}

/** Demands that members refuse a message with this code and keep their states, byte for byte. */
export function expectRefused(members: readonly Member[], bytes: Uint8Array, code: MlsErrorCode): void {
  for (const member of members) {
    const before = snapshot(member.group);
    expect({ member: member.name, code: refusalOf(member, bytes) }).toEqual({ member: member.name, code });
    expect(snapshot(member.group)).toBe(before);
  }
}
